/** Programs that tests put into boot images of their own. */
import { hostedFlags, linkDynamic } from './libc.js';
import { linkStatic, staticSources } from './programs.js';
import { libraryFreeFlags, type Workshop } from './toolchain.js';

/** By the name of their module: sources, and what is special about the link. */
const testPrograms: readonly { name: string; source: string; flags: readonly string[] }[] = [
  { name: 'linker-probe', source: 'guest/tests/linker-probe.c', flags: [] },
  { name: 'vdso-probe', source: 'guest/tests/vdso-probe.c', flags: [] },
  // Never runs: it names the linker probe as its interpreter, and asks for a stack of its own size.
  {
    name: 'probed',
    source: 'guest/hello/hello.c',
    flags: ['--dynamic-linker=probe.so.1', '-zstack-size=0x21000'],
  },
];

export interface TestProgram {
  path: string;
  bytes: Uint8Array;
}

/** Those with the C library, which is in the workshop already. */
const hostedPrograms: readonly string[] = [
  'glutton',
  'inspector',
  'crasher',
  'reader',
  'namespace-client',
  'mexec',
];

function buildHosted(workshop: Workshop, name: string): TestProgram {
  linkDynamic(workshop, name, workshop.compile([`guest/tests/${name}.c`], hostedFlags));
  return { path: name, bytes: workshop.read(name) };
}

export function buildTestPrograms(workshop: Workshop): TestProgram[] {
  const programs = testPrograms.map(({ name, source, flags }) => {
    const objects = workshop.compile([source, 'guest/tests/report.c', ...staticSources], libraryFreeFlags);
    linkStatic(workshop, name, objects, flags);
    return { path: name, bytes: workshop.read(name) };
  });
  return [...programs, ...hostedPrograms.map((name) => buildHosted(workshop, name))];
}
