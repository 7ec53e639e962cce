/** `firstlight rodso extract|verify|symbols|constants`: read-only dynamic shared objects, as Zircon's vDSO and userboot are. */
import type { Command } from 'commander';
import { join } from 'node:path';
import {
  callSites,
  constantsHeader,
  fileKind,
  printable,
  readRodso,
  rodsoViolations,
  shownName,
  symbolsByAddress,
  symbolsHeader,
  type DynamicSymbol,
  type Rodso,
} from '../../images/index.js';
import { builtInRodsos } from '../../zircon/index.js';
import { examples, UsageError, type AddCommand, type Shell } from '../command.js';
import { exitStatus } from '../exit-status.js';
import { makeDirectory, readInput, writeOutput } from '../files/index.js';
import { hex, json, size, table } from '../format.js';

interface Options {
  readonly json?: true;
}

export const addRodso: AddCommand = (program, shell) => {
  const rodso = program
    .command('rodso')
    .description("look into a RODSO, an ELF file of the kind of Zircon's vDSO and userboot")
    .addHelpText(
      'after',
      examples(
        'firstlight rodso extract                # libzircon.so and libuserboot.so of the built-in system',
        'firstlight rodso verify libzircon.so',
        'firstlight rodso constants libuserboot.so',
      ),
    );
  addExtract(rodso, shell);
  addVerify(rodso, shell);
  addSymbols(rodso, shell);
  addConstants(rodso, shell);
};

function rodsoIn(path: string): Rodso {
  const { name, bytes } = readInput(path, fileKind.elf);
  return readRodso(bytes, name);
}

function addExtract(rodso: Command, { out }: Shell): void {
  rodso
    .command('extract')
    .description("write the built-in system's: libzircon.so, the vDSO, and libuserboot.so")
    .option('-o, --output <directory>', 'where to write', '.')
    .addHelpText('after', examples('firstlight rodso extract', 'firstlight rodso extract -o images'))
    .action(({ output }: { output: string }) => {
      makeDirectory(output);
      for (const [name, bytes] of builtInRodsos()) {
        const path = join(output, name);
        writeOutput(path, bytes);
        out(`${printable(path)}\n`);
      }
    });
}

function addVerify(rodso: Command, { out, exit }: Shell): void {
  rodso
    .command('verify')
    .description(
      'check the rules: two segments, no relocations, no writable data; exit status 1 if one is broken',
    )
    .argument('<file>', 'ELF file; - for the standard input')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('firstlight rodso verify libzircon.so'))
    .action((path: string, options: Options) => {
      const { name: file, bytes } = readInput(path, fileKind.elf);
      const violations = rodsoViolations(bytes, file);
      exit(violations.length === 0 ? exitStatus.done : exitStatus.no);
      if (options.json) {
        out(json({ file, violations }));
      } else if (violations.length > 0) {
        out(violations.map((violation) => `${file}: ${violation}\n`).join(''));
      } else {
        const { codeStart, codeEnd, soname } = readRodso(bytes, file);
        const segments = `constants ${size(codeStart)}, code ${size(codeEnd - codeStart)}`;
        out(`${file}: ${shownName(soname) || 'no soname'}: keeps all rules; ${segments}\n`);
      }
    });
}

const bindingNames: Readonly<Record<number, string>> = { 0: 'LOCAL', 1: 'GLOBAL', 2: 'WEAK' };

function addSymbols(rodso: Command, { out }: Shell): void {
  rodso
    .command('symbols')
    .description('list the dynamic symbols by address')
    .argument('<file>', 'ELF file; - for the standard input')
    .option('--header', 'as SYMBOL(name, address, size) lines, the form of vdso-syms.h')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples('firstlight rodso symbols libzircon.so', 'firstlight rodso symbols --header libzircon.so'),
    )
    .action((file: string, options: Options & { readonly header?: true }) => {
      if (options.header && options.json) throw new UsageError('expected one of --header and --json');
      const found = rodsoIn(file);
      if (options.header) out(symbolsHeader(found));
      else out(options.json ? symbolsJson(found) : symbolsText(found));
    });
}

const binding = (symbol: DynamicSymbol): string => bindingNames[symbol.binding] ?? String(symbol.binding);

const symbolsJson = (rodso: Rodso): string =>
  json(symbolsByAddress(rodso).map((symbol) => ({ ...symbol, binding: binding(symbol) })));

function symbolsText(rodso: Rodso): string {
  const rows = symbolsByAddress(rodso).map((symbol) => [
    hex(symbol.value, 8),
    String(symbol.size),
    binding(symbol),
    shownName(symbol.name),
  ]);
  return table([['address', 'size', 'binding', 'name'], ...rows]);
}

function addConstants(rodso: Command, { out }: Shell): void {
  rodso
    .command('constants')
    .description('print what a kernel must know: CODE_START, CODE_END, ENTRY, ENTRY_SIZE, call sites')
    .argument('<file>', 'ELF file; - for the standard input')
    .option('--prefix <name>', "prefix of the constants' names (default: from the file's soname)")
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'firstlight rodso constants libuserboot.so',
        'firstlight rodso constants --prefix VDSO libzircon.so',
      ),
    )
    .action((file: string, options: Options & { readonly prefix?: string }) => {
      const found = rodsoIn(file);
      const prefix = options.prefix ?? defaultPrefix(found.soname);
      if (!/^[A-Za-z_]\w*$/.test(prefix)) {
        throw new UsageError(`expected --prefix to be a C identifier, found '${prefix}'`);
      }
      out(options.json ? constantsJson(found) : constantsHeader(found, prefix));
    });
}

/** `libuserboot.so` gives USERBOOT. */
function defaultPrefix(soname: string): string {
  const name = soname.replace(/^lib/, '').replace(/\.so.*$/, '');
  return name.toUpperCase().replace(/\W/g, '_') || 'RODSO';
}

function constantsJson(rodso: Rodso): string {
  const { soname, buildId, codeStart, codeEnd, entry, entrySize } = rodso;
  const sites = Object.fromEntries(callSites(rodso).map(({ entry: name, offsets }) => [name, offsets]));
  return json({
    soname,
    buildId,
    codeStart,
    codeEnd,
    entry: entry === 0 ? null : entry,
    entrySize: entrySize ?? null,
    callSites: sites,
  });
}
