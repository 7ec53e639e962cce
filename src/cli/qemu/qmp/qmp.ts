/** QEMU's machine protocol: commands and events as JSON. docs/interop/qmp-spec of QEMU. */
import type { User } from '../endpoints/multiplexer.js';
import { QemuError } from '../error.js';
import type { MachineEvent, MonitorHost } from '../monitor/host.js';
import { list, oneOf, optional } from './arguments.js';
import { command, type QmpCommand, type QmpContext } from './command.js';
import { NEGOTIATION, qmpCommands } from './commands.js';
import { QmpError } from './error.js';
import { jsonText, type Json, type JsonObject } from './json.js';
import { version } from './queries.js';
import { JsonReader } from './reader.js';

/** Commands that a client may have carried out before others: none of these here, so that it makes no difference. */
const OUT_OF_BAND = 'oob';

export class Qmp implements User {
  private readonly reader = new JsonReader((value) => this.heard(value));
  private readonly context: QmpContext;
  /** Whether the client has said what it can do, and hears of events. */
  private isReady = false;
  private isOutOfBand = false;
  private readonly negotiate: QmpCommand = command(
    { enable: optional(list(oneOf(OUT_OF_BAND))) },
    (_, { enable = [] }) => {
      if (this.isReady)
        throw new QmpError(
          'Capabilities negotiation is already complete, command ignored',
          'CommandNotFound',
        );
      this.isReady = true;
      this.isOutOfBand = enable.includes(OUT_OF_BAND);
    },
  );

  constructor(
    host: MonitorHost,
    private readonly write: (text: string) => void,
    note: (text: string) => void,
    /** Whether each member has a line of its own. */
    private readonly isPretty: boolean,
  ) {
    this.context = { host, note };
    host.happened.add((event) => this.tell(event));
  }

  met(): void {
    this.reader.reset();
    this.isReady = this.isOutOfBand = false;
    this.send({ QMP: { version, capabilities: [OUT_OF_BAND] } });
  }
  focus(): void {}
  sendBreak(): void {}

  receive(bytes: Uint8Array): void {
    this.reader.receive(bytes);
  }

  private send(value: Json): void {
    this.write(`${jsonText(value, this.isPretty)}\n`.replaceAll('\n', '\r\n'));
  }

  private tell({ name, data }: MachineEvent): void {
    if (!this.isReady) return;
    const now = performance.timeOrigin + performance.now();
    const seconds = BigInt(Math.floor(now / 1000));
    const microseconds = BigInt(Math.floor((now % 1000) * 1000));
    this.send({ timestamp: { seconds, microseconds }, event: name, ...(data && { data }) });
  }

  private heard(value: Json | QmpError): void {
    const id = value instanceof Map ? (value as JsonObject).get('id') : undefined;
    const named = id === undefined ? {} : { id };
    try {
      if (value instanceof QmpError) throw value;
      this.send({ return: this.perform(value), ...named });
    } catch (error) {
      if (!(error instanceof QmpError || error instanceof QemuError)) throw error;
      const errorClass = error instanceof QmpError ? error.errorClass : 'GenericError';
      this.send({ ...named, error: { class: errorClass, desc: error.message } });
    }
  }

  /** @throws QmpError, QemuError */
  private perform(value: Json): Json {
    const { name, given, isOutOfBand } = this.request(value);
    if (!this.isReady && name !== NEGOTIATION)
      throw new QmpError("Expecting capabilities negotiation with 'qmp_capabilities'", 'CommandNotFound');
    const found = name === NEGOTIATION ? this.negotiate : ownOf(qmpCommands, name);
    if (found === undefined) throw new QmpError(`The command ${name} has not been found`, 'CommandNotFound');
    if (isOutOfBand) throw new QmpError(`The command ${name} does not support OOB`);
    return found(this.context, given);
  }

  private request(value: Json): { name: string; given: JsonObject; isOutOfBand: boolean } {
    if (!(value instanceof Map)) throw new QmpError('QMP input must be a JSON object');
    const members = value as JsonObject;
    let name: { readonly key: string; readonly text: string } | undefined;
    let given: JsonObject = new Map();
    for (const [key, member] of members) {
      const wrong = (what: string): QmpError => new QmpError(`QMP input member '${key}' ${what}`);
      if (key === 'execute' || (key === 'exec-oob' && this.isOutOfBand)) {
        if (typeof member !== 'string') throw wrong('must be a string');
        if (name !== undefined) throw wrong(`clashes with '${name.key}'`);
        name = { key, text: member };
      } else if (key === 'arguments') {
        if (!(member instanceof Map)) throw wrong('must be an object');
        given = member as JsonObject;
      } else if (key !== 'id') throw wrong('is unexpected');
    }
    if (name === undefined) throw new QmpError("QMP input lacks member 'execute'");
    return { name: name.text, given, isOutOfBand: name.key === 'exec-oob' };
  }
}

const ownOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
