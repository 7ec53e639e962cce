/** Where a guest may go besides the host's loopback: `--net-allow`. */
import { isLoopback, maskOf, masked, parseIpv4 } from '../../network/index.js';

/** Addresses, and the port that is allowed at them, or all. */
export interface Allowed {
  readonly network: number;
  readonly mask: number;
  readonly port: number | undefined;
}

/** `192.0.2.7`, `192.0.2.0/24`, `192.0.2.7:443`, `any`, `any:443`; undefined for anything else. */
export function parseAllowed(text: string): Allowed | undefined {
  const [, place, bits = '32', port] = /^(any|[\d.]+)(?:\/(\d{1,2}))?(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (place === undefined || Number(bits) > 32 || Number(port ?? 1) > 0xffff || Number(port ?? 1) === 0)
    return undefined;
  const mask = place === 'any' ? 0 : maskOf(Number(bits));
  const network = place === 'any' ? 0 : parseIpv4(place);
  if (network === undefined || masked(network, mask) !== network) return undefined;
  return { network, mask, port: port === undefined ? undefined : Number(port) };
}

/** Whether the guest may go there, or, without a port, to any port there. */
export function isAllowed(
  allowed: readonly Allowed[],
  { address, port }: { readonly address: number; readonly port?: number },
): boolean {
  if (isLoopback(address)) return true;
  return allowed.some((each) => {
    const isPort = each.port === undefined || port === undefined || each.port === port;
    return masked(address, each.mask) === each.network && isPort;
  });
}
