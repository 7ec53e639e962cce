/** `firstlight fdt F`: a flattened devicetree as source text. */
import { dtsText, fileKind, guessValue, readFdt, type DeviceTreeNode } from '../../images/index.js';
import { examples, type AddCommand } from '../command.js';
import { readInput } from '../files/index.js';
import { json } from '../format.js';

export const addFdt: AddCommand = (program, { out }) => {
  program
    .command('fdt')
    .description('show a flattened devicetree as source text, as dtc does')
    .argument('<file>', 'devicetree blob (.dtb); - for the standard input')
    .option('--json', 'print JSON: a property is true, a list of strings or cells, or its bytes')
    .addHelpText(
      'after',
      examples('firstlight fdt virt.dtb', 'firstlight fdt --json virt.dtb | jq .root.children'),
    )
    .action((file: string, options: { json?: true }) => {
      const { name, bytes } = readInput(file, fileKind.fdt);
      const tree = readFdt(bytes, name);
      out(options.json ? json({ ...tree, root: nodeJson(tree.root) }) : dtsText(tree));
    });
};

function nodeJson({ name, properties, children }: DeviceTreeNode): object {
  const values = Array.from(properties, ([property, value]) => [property, valueJson(value)] as const);
  return { name, properties: Object.fromEntries(values), children: children.map(nodeJson) };
}

function valueJson(value: Uint8Array): unknown {
  const guess = guessValue(value);
  switch (guess.type) {
    case 'empty':
      return true;
    case 'text':
      return guess.text.split('\0');
    case 'cells':
      return guess.cells;
    case 'bytes':
      return { bytes: Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('') };
  }
}
