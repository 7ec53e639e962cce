/** `firstlight disasm` of a whole program, against llvm-objdump. */
import { runProgram } from '../../src/cli/program.js';
import { compareLines, outputOf, type ImageComparison } from './comparison.js';

/**
 * Left out of the comparison: names of targets (objdump takes symbols of other sections too), its comments
 * (`// =4096`) and the operand of `adr`, which objdump prints as an offset and we as the address.
 */
function comparable(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /^ *[0-9a-f]+: /.test(line))
    .map((line) => line.replace(/ <(?!unknown)[^>]*>$/, '').replace(/ *\/\/.*/, ''))
    .map((line) => line.replace(/\tadr\t(\w+),.*/, '\tadr\t$1'));
}

export async function compareDisassembly(file: string): Promise<ImageComparison> {
  const theirs = outputOf('llvm-objdump', ['--disassemble', '--disassemble-zeroes', file]).toString('latin1');
  const ours: string[] = [];
  const status = await runProgram(['disasm', file], {
    out: (text) => ours.push(String(text)),
    error: console.error,
  });
  if (status !== 0) throw new Error(`firstlight disasm ${file} ended with status ${status}`);
  return compareLines(`disassembly of ${file}, llvm-objdump`, comparable(theirs), comparable(ours.join('')));
}
