/** Time for a network that is in no machine: it passes when the test says so. */
import { Clock } from '../../src/machine/index.js';
import { UserNetwork, usualNetwork, type NetworkConfiguration } from '../../src/network/index.js';
import { readServed } from '../../src/host/sockets/files.js';
import { noHost } from '../../src/network/index.js';
import type { Setup, Wire } from '../../conformance/network/wires.js';

/** The networks that a test has made, each with its clock. */
export interface TimedNetwork {
  readonly network: UserNetwork;
  readonly clock: Clock;
  /** Frames for the guest. */
  readonly frames: Uint8Array[];
  /** So many ms pass. */
  readonly pass: (milliseconds: number) => void;
}

export function timedNetwork(
  configuration: Partial<NetworkConfiguration> = {},
  accepts: () => boolean = () => true,
): TimedNetwork {
  const clock = new Clock();
  const network = new UserNetwork({ id: 'n0', ...usualNetwork, ...configuration }, clock);
  const frames: Uint8Array[] = [];
  network.plug({
    receive: (frame) => {
      if (!accepts()) return false;
      frames.push(frame.slice());
      return true;
    },
  });
  return { network, clock, frames, pass: (milliseconds) => clock.advanceTo(clock.now + milliseconds * 1e6) };
}

/** A wire as the comparison with QEMU has them, without sockets: what is asked of the host is files. */
export async function timedWire(setup: Setup): Promise<Wire> {
  const { network, frames, pass } = timedNetwork({
    ...{ isRestricted: setup.isRestricted === true, hasTftp: setup.tftp !== undefined },
    ...{ bootFile: setup.bootFile ?? null, hostName: setup.hostName ?? null, domain: setup.domain ?? null },
    ...{ searched: [...(setup.searched ?? [])], tftpServer: setup.tftpServer ?? null },
    forwards: [],
  });
  network.host = {
    ...noHost,
    readFile: (...asked) =>
      void Promise.resolve().then(() => network.enter(readServed(setup.tftp, ...asked))),
  };
  return {
    send: (frame) => network.send(frame),
    take: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      pass(20);
      return frames.splice(0);
    },
    close: async () => undefined,
  };
}
