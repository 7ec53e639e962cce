/**
 * `src/zircon/state/schema.ts`: the classes that the kernel's state consists of, and the shapes of their fields, made
 * from what the classes declare. It begins with `Kernel` and goes on to whatever its fields can refer to.
 */
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { root } from './abi.js';
import type { GeneratedFile } from './generated-file.js';
import { banner } from './typescript.js';

const SOURCE = join(root, 'src', 'zircon');
const TARGET = join(SOURCE, 'state', 'schema.ts');
/** Classes and interfaces of objects that are not state but belong to the machine. */
const externals = ['GuestRam', 'InterruptDriver', 'Machine', 'UartDriver'];
const typedArrays = ['Uint8Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'BigUint64Array'];

/** Shapes of the numbers that `field-types.ts` has names for. */
const numberWords: Readonly<Record<string, string>> = { Moment: 'moment', Signed: 'signed' };

type Field = ts.PropertyDeclaration | ts.ParameterDeclaration | ts.PropertySignature;

class SchemaMaker {
  private readonly checker: ts.TypeChecker;
  /** Every class of src/zircon that can have instances. */
  private readonly classes: readonly ts.ClassDeclaration[];
  /** Those that are part of the state, in the order in which they were come upon, with the text of their fields. */
  private readonly found = new Map<ts.ClassDeclaration, string>();
  /** Shapes of interfaces, and of whatever has several classes, by name. */
  private readonly named = new Map<string, string>();

  constructor(program: ts.Program) {
    this.checker = program.getTypeChecker();
    this.classes = program
      .getSourceFiles()
      .filter(
        ({ fileName }) =>
          fileName.startsWith(SOURCE) && !/\.test\.ts$|\/(test-machine|testing)\.ts$/.test(fileName),
      )
      .flatMap(({ statements }) => statements.filter(ts.isClassDeclaration));
  }

  /** The file's text. */
  text(): string {
    const kernel = this.classes.find((each) => each.name?.text === 'Kernel');
    if (kernel === undefined) throw new Error('there is no class Kernel');
    this.addClass(kernel);
    const classes = [...this.found].sort(([a], [b]) => (nameOf(a) < nameOf(b) ? -1 : 1));
    return `${banner('the classes of src/zircon')}
import { flag, listOf, record, text } from '../../engine/index.js';
${classes.map(([each]) => `import { ${nameOf(each)} } from '${moduleOf(each)}';`).join('\n')}
import { bits, external, instance, literal, mapOf, moment, number, setOf, signed, typedArray, union, unset } from './graph-shapes.js';
import type { StateClass } from './persist.js';

${[...this.named].map(([name, shape]) => `const ${name} = ${shape};`).join('\n')}

/** Objects that the state refers to, without having them. */
export type ExternalName = ${externals.map((name) => `'${name}'`).join(' | ')};

/** By the names that snapshots have for them. */
export const stateClasses = {
${classes.map(([each, fields]) => `  ${nameOf(each)}: { type: ${nameOf(each)}, fields: {${fields}} },`).join('\n')}
} satisfies Readonly<Record<string, StateClass>>;
`;
  }

  private addClass(declaration: ts.ClassDeclaration): void {
    if (this.found.has(declaration)) return;
    this.found.set(declaration, '');
    const type = this.checker.getTypeAtLocation(declaration);
    this.found.set(declaration, this.fields(type, nameOf(declaration)));
  }

  /** The fields that instances of a class, or objects of an interface, have of their own. */
  private fields(type: ts.Type, owner: string): string {
    return this.checker
      .getPropertiesOfType(type)
      .flatMap((property) => {
        const where = `${owner}.${property.name}`;
        const field = property.declarations?.find(isField);
        if (
          field === undefined &&
          (property.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) === 0
        ) {
          throw new Error(`${where}: declare it as a field`);
        }
        if (field === undefined || isTransient(field)) return [];
        if ((property.flags & ts.SymbolFlags.Optional) !== 0)
          throw new Error(`${where} may be absent: have it undefined`);
        return [`${property.name}: ${this.field(property, field, where)}`];
      })
      .join(', ');
  }

  private field(property: ts.Symbol, field: Field, where: string): string {
    const word = numberWords[annotation(field) ?? ''];
    if (word !== undefined) return word;
    return this.shape(this.checker.getTypeOfSymbolAtLocation(property, field), where);
  }

  private shape(type: ts.Type, where: string): string {
    if (type.isUnion()) return this.union(type, where);
    const { flags } = type;
    if (type.isStringLiteral() || type.isNumberLiteral()) return `literal(${JSON.stringify(type.value)})`;
    if ((flags & ts.TypeFlags.BooleanLiteral) !== 0) return `literal(${this.checker.typeToString(type)})`;
    if (isNumber(type)) return 'number';
    if ((flags & ts.TypeFlags.String) !== 0) return 'text';
    if ((flags & ts.TypeFlags.BigInt) !== 0) return 'bits';
    if ((flags & ts.TypeFlags.Undefined) !== 0) return 'unset';
    if ((flags & ts.TypeFlags.Object) !== 0) return this.object(type as ts.ObjectType, where);
    throw new Error(`${where}: ${this.checker.typeToString(type)} cannot be in a snapshot`);
  }

  /** Classes together, literals together, true or false as a flag. */
  private union({ types }: ts.UnionType, where: string): string {
    const isBoolean = (type: ts.Type): boolean => (type.flags & ts.TypeFlags.BooleanLiteral) !== 0;
    const shapes = types.filter((type) => !isBoolean(type)).map((type) => this.shape(type, where));
    const booleans = types.filter(isBoolean);
    if (booleans.length === 2) shapes.push('flag');
    else shapes.push(...booleans.map((type) => this.shape(type, where)));
    const instances = shapes.flatMap(
      (shape) => /^instance\(\{ (.*) \}\)$/.exec(shape)?.[1]?.split(', ') ?? [],
    );
    const literals = shapes.flatMap((shape) => /^literal\((.*)\)$/.exec(shape)?.[1] ?? []);
    const others = shapes.filter((shape) => !/^(instance|literal)\(/.test(shape));
    const all = [
      ...new Set(others),
      ...(literals.length > 0 ? [`literal(${literals.join(', ')})`] : []),
      ...(instances.length > 0 ? [instancesOf(instances)] : []),
    ];
    return all.length === 1 ? all[0] : `union(${all.join(', ')})`;
  }

  private object(type: ts.ObjectType, where: string): string {
    const name = type.symbol?.name ?? '';
    const parts = this.checker
      .getTypeArguments(type as ts.TypeReference)
      .map((part) => () => this.shape(part, where));
    if (this.checker.isArrayType(type)) return `listOf(${parts[0]?.()})`;
    if (name === 'Map' || name === 'ReadonlyMap') return `mapOf(${parts[0]?.()}, ${parts[1]?.()})`;
    if (name === 'Set' || name === 'ReadonlySet') return `setOf(${parts[0]?.()})`;
    if (typedArrays.includes(name)) return `typedArray(${name})`;
    if (externals.includes(name)) return `external('${name}')`;
    const declaration = type.symbol?.declarations?.[0];
    if (declaration !== undefined && ts.isClassDeclaration(declaration))
      return this.instances(declaration, where);
    if (declaration !== undefined && ts.isInterfaceDeclaration(declaration))
      return this.interface(type, declaration, where);
    return `record({${this.fields(type, where)}})`;
  }

  /** Instances of a class and of those that extend it. */
  private instances(declaration: ts.ClassDeclaration, where: string): string {
    const { symbol } = this.checker.getTypeAtLocation(declaration);
    return this.anyOf(nameOf(declaration), (each) => this.basesOf(each).includes(symbol), where);
  }

  /** Objects with the fields of an interface; or, where classes implement it, their instances. */
  private interface(type: ts.Type, declaration: ts.InterfaceDeclaration, where: string): string {
    const name = declaration.name.text;
    const isImplementation = (each: ts.ClassDeclaration): boolean => this.implementsIt(each, type.symbol);
    if (this.classes.some(isImplementation)) return this.anyOf(name, isImplementation, where);
    if (!this.named.has(constantOf(name))) {
      // Only now: what it refers to comes before it.
      const fields = this.fields(type, name);
      this.named.set(constantOf(name), `record({${fields}})`);
    }
    return constantOf(name);
  }

  private anyOf(name: string, belongs: (declaration: ts.ClassDeclaration) => boolean, where: string): string {
    const classes = this.classes.filter((each) => !isAbstract(each) && belongs(each));
    const [first] = classes;
    if (first === undefined) throw new Error(`${where}: ${name} has no class in src/zircon`);
    const shape = instancesOf(classes.map(nameOf));
    if (classes.length > 1) this.named.set(constantOf(name), shape);
    for (const each of classes) this.addClass(each);
    return classes.length > 1 ? constantOf(name) : shape;
  }

  /** The class itself and what it extends. */
  private basesOf(declaration: ts.ClassDeclaration): ts.Symbol[] {
    const type = this.checker.getTypeAtLocation(declaration);
    const base = this.checker.getBaseTypes(type as ts.InterfaceType)[0]?.symbol.valueDeclaration;
    return [type.symbol, ...(base !== undefined && ts.isClassDeclaration(base) ? this.basesOf(base) : [])];
  }
  private implementsIt(declaration: ts.ClassDeclaration, wanted: ts.Symbol): boolean {
    return this.basesOf(declaration).some((each) => {
      const clauses = (each.valueDeclaration as ts.ClassDeclaration).heritageClauses ?? [];
      return clauses.some(
        ({ token, types }) =>
          token === ts.SyntaxKind.ImplementsKeyword &&
          types.some((type) => this.checker.getTypeAtLocation(type).symbol === wanted),
      );
    });
  }
}

const constantOf = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
const nameOf = (declaration: ts.ClassDeclaration): string => declaration.name?.text as string;
const instancesOf = (names: readonly string[]): string =>
  `instance({ ${[...new Set(names)].sort().join(', ')} })`;

function moduleOf(declaration: ts.ClassDeclaration): string {
  const path = relative(dirname(TARGET), declaration.getSourceFile().fileName).replace(/\.ts$/, '.js');
  return path.startsWith('.') ? path : `./${path}`;
}

function isAbstract(declaration: ts.Declaration): boolean {
  if (!ts.canHaveModifiers(declaration)) return false;
  return ts.getModifiers(declaration)?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) ?? false;
}

/** Whether a declaration makes a field that objects have of their own. */
function isField(declaration: ts.Declaration): declaration is Field {
  if (ts.isPropertySignature(declaration)) return true;
  if (ts.isParameter(declaration)) return ts.isParameterPropertyDeclaration(declaration, declaration.parent);
  return ts.isPropertyDeclaration(declaration) && !isAbstract(declaration);
}

/** A number, also one that has a tag for the compiler. */
const isNumber = (type: ts.Type): boolean =>
  (type.flags & ts.TypeFlags.Number) !== 0 || (type.isIntersection() && type.types.some(isNumber));

/** The name of the type that a field is declared with, if it is a name. */
function annotation({ type }: Field): string | undefined {
  return type !== undefined && ts.isTypeReferenceNode(type) ? type.typeName.getText() : undefined;
}
const isTransient = (field: Field): boolean => annotation(field) === 'Transient';

export function stateSchemaFile(): GeneratedFile {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile.bind(ts.sys));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram(
    [join(SOURCE, 'kernel.ts'), ...ts.sys.readDirectory(SOURCE, ['.ts'])],
    options,
  );
  return { path: relative(root, TARGET), content: new SchemaMaker(program).text() };
}
