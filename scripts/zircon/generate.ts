/**
 * Writes everything that is made from the ABI tables in src/zircon/abi: the kernel's TypeScript, the C headers, the
 * vDSO's stubs and docs/syscalls.md. `--check` writes nothing and fails if a file is not current.
 */
import { format, resolveConfig } from 'prettier';
import { join } from 'node:path';
import { readAbi, readSyscalls, root } from './abi.js';
import { constantsFile } from './constants.js';
import { stale, write, type GeneratedFile } from './generated-file.js';
import { documentationFile } from './documentation.js';
import { handlerTypesFile } from './handler-types.js';
import { headerFiles } from './headers/c-headers.js';
import { stateSchemaFile } from './state-schema.js';
import { statusNamesFile } from './status-names.js';
import { typescriptFiles } from './typescript.js';
import { vdsoFiles } from './vdso-files.js';

/** The generated files in the form in which they are checked in (TypeScript and Markdown by the house's formatter). */
export async function generatedFiles(): Promise<GeneratedFile[]> {
  const abi = readAbi();
  const calls = readSyscalls();
  const options = await resolveConfig(join(root, 'package.json'));
  const vdso = vdsoFiles(calls);
  const toFormat = [
    ...typescriptFiles(abi, calls),
    constantsFile(abi),
    stateSchemaFile(),
    handlerTypesFile(calls),
    ...vdso.typescript,
    documentationFile(calls),
  ];
  const formatted = toFormat.map(async ({ path, content }) => ({
    path,
    content: await format(content, { ...options, filepath: path }),
  }));
  return [...(await Promise.all(formatted)), ...headerFiles(abi, calls), ...vdso.c, statusNamesFile(abi)];
}

if (process.argv[1] === import.meta.filename) {
  const files = await generatedFiles();
  if (process.argv.includes('--check')) {
    const old = stale(files);
    for (const path of old) console.error(`${path}: not current; run npm run generate`);
    process.exitCode = old.length > 0 ? 1 : 0;
  } else {
    write(files);
    console.log(`${files.length} files generated`);
  }
}
