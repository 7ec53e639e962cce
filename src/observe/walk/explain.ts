/**
 * What instructions are for whose text does not say: barriers, maintenance of TLBs and caches, hints, masks. Arm ARM
 * (DDI 0487) C5.3 to C5.5, C6.2, B2.3.
 */

const domains: Readonly<Record<string, string>> = {
  sy: 'all observers',
  osh: 'the outer shareable domain',
  ish: 'the inner shareable domain',
  nsh: 'this core',
};

/** DMB and DSB: `ishst` is a domain and a kind of access. */
function barrier(option: string): { readonly domain: string; readonly kind: '' | 'ld' | 'st' } | undefined {
  if (option === 'ld' || option === 'st') return { domain: domains.sy, kind: option };
  const [, name = '', kind = ''] = /^(sy|osh|ish|nsh)(ld|st)?$/.exec(option) ?? [];
  const domain = domains[name];
  return domain === undefined ? undefined : { domain, kind: kind as '' | 'ld' | 'st' };
}

function dataMemoryBarrier(option: string): string | undefined {
  const found = barrier(option);
  if (found === undefined) return undefined;
  const { domain, kind } = found;
  const [before, after] = {
    '': ['accesses', 'any'],
    ld: ['loads', 'any accesses'],
    st: ['stores', 'any stores'],
  }[kind];
  return `barrier: ${domain} ${domain.startsWith('all') ? 'see' : 'sees'} ${before} before it before ${after} behind it`;
}

function dataSynchronization(option: string): string | undefined {
  const found = barrier(option);
  if (found === undefined) return undefined;
  const what = { '': 'accesses and maintenance', ld: 'loads', st: 'stores' }[found.kind];
  return `barrier: goes on when ${what} before it are complete for ${found.domain}`;
}

/** What a TLBI takes out; the last `is` says on which cores. */
const tlbScopes: readonly (readonly [RegExp, string])[] = [
  [/^vmalls12e1/, 'of EL1 and EL0 of this VMID, both stages'],
  [/^vmalle1/, 'of EL1 and EL0'],
  [/^alle1/, 'of EL1 and EL0 of all VMIDs'],
  [/^alle2/, 'of EL2'],
  [/^alle3/, 'of EL3'],
  [/^vae1/, 'of EL1 and EL0 for the address and ASID in the register'],
  [/^vale1/, 'of the last level, of EL1 and EL0, for the address and ASID in the register'],
  [/^vaae1/, 'of EL1 and EL0 for the address in the register, all ASIDs'],
  [/^vaale1/, 'of the last level, of EL1 and EL0, for the address in the register, all ASIDs'],
  [/^aside1/, 'of EL1 and EL0 with the ASID in the register'],
  [/^vae2/, 'of EL2 for the address in the register'],
  [/^vale2/, 'of the last level, of EL2, for the address in the register'],
  [/^vae3/, 'of EL3 for the address in the register'],
  [/^vale3/, 'of the last level, of EL3, for the address in the register'],
  [/^ipas2/, 'of stage 2 for the intermediate address in the register'],
];

function tlbi(name: string): string | undefined {
  const scope = tlbScopes.find(([pattern]) => pattern.test(name))?.[1];
  if (scope === undefined) return undefined;
  return `${name.endsWith('is') ? 'all cores drop' : 'this core drops'} TLB entries ${scope}`;
}

const cacheOperations: Readonly<Record<string, string>> = {
  'ic ialluis': 'all cores drop their instruction caches',
  'ic iallu': 'this core drops its instruction cache',
  'ic ivau': 'instruction cache line dropped, where data and instructions meet',
  'dc ivac': 'data cache line dropped, so that the next load sees memory',
  'dc isw': 'data cache line by set and way dropped',
  'dc csw': 'data cache line by set and way written back',
  'dc cisw': 'data cache line by set and way written back and dropped',
  'dc cvac': 'data cache line written back to memory',
  'dc cvau': 'data cache line written back to where data and instructions meet',
  'dc civac': 'data cache line written back to memory and dropped',
  'dc zva': 'a block of memory set to zero',
};

const plain: Readonly<Record<string, string>> = {
  isb: 'what follows is fetched anew, and sees all system registers as they are now',
  wfi: 'waits for an interrupt',
  wfe: 'waits for an event',
  sev: 'an event for all cores',
  sevl: 'an event for this core',
  yield: 'others may go first',
  clrex: 'forgets the address of a load exclusive',
  'hint #34': 'BTI c: a place for indirect calls; nothing on a core without BTI',
  'hint #36': 'BTI j: a place for indirect jumps; nothing on a core without BTI',
  'hint #38': 'BTI jc: a place for indirect branches; nothing on a core without BTI',
  'hint #25': 'PACIASP: signs the return address; nothing on a core without pointer authentication',
  'hint #29': 'AUTIASP: checks the return address; nothing on a core without pointer authentication',
  'hint #7': 'XPACLRI: takes the signature off X30; nothing on a core without pointer authentication',
  'hint #16': 'ESB: reports SErrors that wait; nothing on a core without RAS',
  'hint #20': 'CSDB: no speculation on data before it',
  csdb: 'no speculation on data before it',
  // The first word of a kernel's Image: Linux, Documentation/arch/arm64/booting.rst.
  'ccmp x18, #0, #13, pl':
    'does nothing of use: its bytes begin with MZ, so that the Image is a PE file, too',
};

const maskNames: readonly (readonly [bit: number, what: string])[] = [
  [8, 'debug exceptions'],
  [4, 'SErrors'],
  [2, 'IRQs'],
  [1, 'FIQs'],
];

function masks(text: string): string | undefined {
  const [, field, immediate] = /^msr (DAIFSet|DAIFClr|SPSel), #(\d+)$/i.exec(text) ?? [];
  if (field === undefined) return undefined;
  const value = Number(immediate);
  if (/^spsel$/i.test(field))
    return value === 0 ? 'the stack pointer is SP_EL0' : "the stack pointer is this level's";
  const what = maskNames.filter(([bit]) => (value & bit) !== 0).map(([, name]) => name);
  const list = what.length > 1 ? `${what.slice(0, -1).join(', ')} and ${what.at(-1) ?? ''}` : what.join('');
  return `${/set/i.test(field) ? 'masks' : 'unmasks'} ${list}`;
}

/** A line on an instruction, by its text; undefined for those that need none. */
export function explanationOf(text: string): string | undefined {
  const known = plain[text];
  if (known !== undefined) return known;
  const [operation, argument = ''] = text.split(' ');
  switch (operation) {
    case 'dmb':
      return dataMemoryBarrier(argument);
    case 'dsb':
      return dataSynchronization(argument);
    case 'tlbi':
      return tlbi(argument.replace(',', ''));
    case 'ic':
    case 'dc':
      return cacheOperations[`${operation} ${argument.replace(',', '')}`];
    case 'at':
      return 'translates the address in the register; PAR_EL1 has the result';
    case 'msr':
      return masks(text);
    default:
      return undefined;
  }
}
