/** QEMU's options: which take a value, and what becomes of each. What is not here is in `unsupported.ts`. */
import { QemuError, forOption } from '../error.js';
import { UsageError } from '../../command.js';
import { parseLogItems, type LogItem } from '../log/items.js';
import { checkNames, looseList, strictList, valueOf, type Parameter } from './lists.js';
import { bootProperties } from './machine.js';
import { parseCharacterDevice, type Connection } from './characters.js';
import { parseSemihosting, type SemihostingSettings } from './semihosting.js';
import { parseIcount, parseRtc, type Base } from './time.js';
import { parseMegabytes, parseSwitch } from './values.js';

/** An option as it was written, for messages. */
export interface Written {
  /** `-drive file=disk.img`. */
  readonly text: string;
  readonly value: string;
}

/** A monitor; one of QMP says whether it is to be read by people as well. */
export interface WrittenMonitor extends Written {
  readonly qmp?: { readonly isPretty: boolean };
}

/** What the command line says, of each option the last unless it can be given several times. */
export class Settings {
  readonly machine: Parameter[] = [];
  cpu?: string;
  smp?: string;
  memory?: string;
  kernel?: string;
  initrd?: string;
  dtb?: string;
  append?: string;
  bios?: string;
  /** As they were written: where they lead to depends on what comes later. */
  readonly serials: Written[] = [];
  readonly monitors: WrittenMonitor[] = [];
  readonly drives: { readonly text: string; readonly list: readonly Parameter[] }[] = [];
  readonly devices: Written[] = [];
  /** USB devices by the names of old, which are plugged in before the others. */
  readonly usbDevices: Written[] = [];
  readonly networks: Written[] = [];
  /** Whether nothing is said of networks: then QEMU has one of its own. */
  hasDefaultNetwork = true;
  readonly objects: Written[] = [];
  readonly characters = new Map<string, Connection>();
  semihosting?: SemihostingSettings;
  /** What is logged, and the file of it. */
  log?: readonly LogItem[];
  logFile?: string;
  /** Where GDB is waited for. */
  gdb?: Written;
  halted = false;
  snapshot = false;
  nographic = false;
  /** Whether there is to be no window. */
  windowless = false;
  defaults = true;
  name?: string;
  /** The file that gets the process's number. */
  pidFile?: string;
  /** Whether it goes on without a terminal. */
  daemonizes = false;
  base: Base = 'utc';
  /** Instructions to a second of virtual time; undefined: time is the host's. */
  rate?: number;
  seed?: bigint;
  /** Whether a reset, or the guest's switching itself off, does what it says. */
  reboots = true;
  shutsDown = true;
  /** Whether only to say what there is. */
  help?: string;
  /** Option by option, what is not here. */
  readonly missing: { readonly text: string; readonly reason: string }[] = [];
}

export interface Row {
  /** How its value is called; without one it takes none. */
  readonly value?: string;
  /** For `--help`; one without is another way to say something. */
  readonly help?: string;
  /** Takes it over. Errors are told with the option in front. */
  readonly take: (settings: Settings, written: Written) => void;
}

const word =
  (name: 'cpu' | 'smp' | 'kernel' | 'initrd' | 'dtb' | 'append' | 'bios') =>
  (settings: Settings, { value }: Written): void =>
    void (settings[name] = value);

function takeMachine(settings: Settings, { value, text }: Written): void {
  const list = forOption(text, () => strictListOf(value));
  settings.machine.push(...list);
  for (const name of bootProperties) {
    const found = valueOf(list, name);
    if (found === undefined) continue;
    if (name === 'accel') checkAccelerator(found);
    else settings[name === 'firmware' ? 'bios' : name] = found;
  }
}
const strictListOf = (value: string): readonly Parameter[] =>
  value === 'help' || value === '?' ? [{ name: 'type', value: 'help' }] : strictList(value, 'type');

function checkAccelerator(name: string): void {
  if (name !== 'tcg') throw new QemuError(`invalid accelerator ${name}`);
}

function takeAccelerator(_: Settings, { value, text }: Written): void {
  forOption(text, () => {
    const list = strictList(value, 'accel');
    checkAccelerator(valueOf(list, 'accel') ?? '');
    for (const { name, value: setting } of list) {
      if (name === 'thread' && !['single', 'multi'].includes(setting))
        throw new QemuError(`Invalid 'thread' setting ${setting}`);
      if (!['accel', 'thread', 'tb-size', 'split-wx', 'one-insn-per-tb'].includes(name))
        throw new QemuError(`Property 'tcg-accel.${name}' not found`);
    }
  });
}

function takeAction(settings: Settings, { value, text }: Written): void {
  forOption(text, () => {
    const list = looseList(value);
    checkNames(list, ['reboot', 'shutdown', 'panic', 'watchdog']);
    const one = (name: string, values: readonly string[]): string | undefined => {
      const found = valueOf(list, name);
      if (found !== undefined && !values.includes(found))
        throw new QemuError(`Parameter '${name}' does not accept value '${found}'`);
      return found;
    };
    settings.reboots = (one('reboot', ['reset', 'shutdown']) ?? 'reset') === 'reset';
    settings.shutsDown = (one('shutdown', ['poweroff', 'pause']) ?? 'poweroff') === 'poweroff';
  });
}

const takeQmp =
  (isPretty: boolean) =>
  (settings: Settings, written: Written): void =>
    void settings.monitors.push({ ...written, qmp: { isPretty } });

function takeMonitor(settings: Settings, { value, text }: Written): void {
  forOption(text, () => {
    const list = looseList(value, 'chardev');
    checkNames(list, ['chardev', 'mode', 'pretty']);
    const id = valueOf(list, 'chardev');
    if (id === undefined) throw new QemuError("Parameter 'chardev' is missing");
    const mode = valueOf(list, 'mode') ?? 'readline';
    if (!['readline', 'control'].includes(mode))
      throw new QemuError(`Parameter 'mode' does not accept value '${mode}'`);
    const pretty = valueOf(list, 'pretty');
    const isPretty = parseSwitch('pretty', pretty ?? 'off');
    const isQmp = mode === 'control';
    if (isPretty && !isQmp) throw new QemuError("'pretty' is not compatible with HMP monitors");
    settings.monitors.push({ text, value: `chardev:${id}`, ...(isQmp && { qmp: { isPretty } }) });
  });
}

const displays = ['none', 'gtk', 'sdl', 'curses', 'egl-headless', 'spice-app', 'dbus', 'default'];
function takeDisplay(settings: Settings, { value, text }: Written): void {
  forOption(text, () => {
    if (value.startsWith('vnc='))
      throw new UsageError(`-display ${value}: expected none, there are no windows`);
    const type = valueOf(strictList(value, 'type'), 'type') ?? '';
    if (!displays.includes(type)) throw new QemuError(`Parameter 'type' does not accept value '${type}'`);
    if (type !== 'none') settings.missing.push({ text: `-display ${value}`, reason: 'there are no windows' });
    settings.windowless = type === 'none';
  });
}

/** Networks, some of which are none. */
function takeNetwork(settings: Settings, written: Written): void {
  settings.hasDefaultNetwork = false;
  if (written.value !== 'none') settings.networks.push(written);
}

/** Filters of networks; other objects are not here. */
function takeObject(settings: Settings, { value, text }: Written): void {
  const type = valueOf(looseList(value, 'qom-type'), 'qom-type') ?? '';
  if (type === 'filter-dump') settings.objects.push({ text, value });
  else settings.missing.push({ text, reason: 'there are no such objects' });
}

const driveOf =
  (more: readonly Parameter[]) =>
  (settings: Settings, { value, text }: Written): void =>
    void settings.drives.push({ text, list: [...more, { name: 'file', value }] });

/** By name, without the dash. */
export const optionRows: Readonly<Record<string, Row>> = {
  machine: {
    value: 'NAME[,PROPERTY=VALUE...]',
    help: 'board; of virt: secure=on, virtualization=on; kernel=, initrd=, dtb=, append=',
    take: takeMachine,
  },
  M: { value: 'NAME[,...]', help: 'the same', take: takeMachine },
  cpu: { value: 'MODEL', help: 'core model', take: word('cpu') },
  smp: {
    value: 'N',
    help: 'cores; also cpus=, sockets=, clusters=, cores=, threads=, maxcpus=',
    take: word('smp'),
  },
  m: {
    value: 'SIZE',
    help: 'RAM, in M without a unit',
    // Told at once, as QEMU does.
    take: (settings, { value, text }) => {
      forOption(text, () => parseMegabytes('size', valueOf(looseList(value, 'size'), 'size') ?? '0'));
      settings.memory = value;
    },
  },
  accel: { value: 'NAME', help: 'tcg, whatever its properties', take: takeAccelerator },
  kernel: { value: 'FILE', help: 'kernel: Image, ELF or raw code', take: word('kernel') },
  initrd: { value: 'FILE', help: 'initial ramdisk', take: word('initrd') },
  dtb: { value: 'FILE', help: "devicetree, instead of the board's own", take: word('dtb') },
  append: { value: 'TEXT', help: "the kernel's command line", take: word('append') },
  bios: { value: 'FILE', help: 'firmware', take: word('bios') },
  device: {
    value: 'DRIVER[,PROPERTY=VALUE...]',
    help: 'help lists them, DRIVER,help the properties of one; usb-kbd, usb-mouse, usb-tablet, usb-hub[,ports=N], usb-net[,mac=A], with id=, port=, serial=; loader,file=F[,addr=A][,cpu-num=N], loader,addr=A,data=D,data-len=L, loader,addr=A,cpu-num=N',
    take: (settings, written) => void settings.devices.push(written),
  },
  usb: { help: 'USB, which a board has or has not', take: () => undefined },
  usbdevice: {
    value: 'NAME',
    help: 'keyboard, mouse or tablet',
    take: (settings, written) => void settings.usbDevices.push(written),
  },
  drive: {
    value: 'file=F[,...]',
    help: 'disk: format=raw, if=, id=, readonly=on, snapshot=on',
    take: (settings, { value, text }) => void settings.drives.push({ text, list: looseList(value) }),
  },
  sd: { value: 'FILE', help: 'the same with if=sd', take: driveOf([{ name: 'if', value: 'sd' }]) },
  snapshot: {
    help: 'keep nothing of what is written to drives',
    take: (settings) => void (settings.snapshot = true),
  },
  serial: {
    value: 'DEV',
    help: 'the next serial port: stdio, mon:stdio, null, none, file:F, pty, tcp:HOST:PORT[,server=on][,wait=off], unix:PATH[,...], chardev:ID',
    take: (settings, written) => void settings.serials.push(written),
  },
  monitor: {
    value: 'DEV',
    help: 'monitor, likewise',
    take: (settings, written) => void settings.monitors.push(written),
  },
  chardev: {
    value: 'KIND,id=ID[,...]',
    help: 'such a device by a name: stdio, null, file,path=, pty, socket,port= or path=; mux=on to share it',
    take: (settings, { value, text }) => {
      const connection = forOption(text, () => parseCharacterDevice(value));
      const { id } = connection;
      if (settings.characters.has(id)) throw new QemuError(`${text}: Duplicate ID '${id}' for chardev`);
      settings.characters.set(id, connection);
    },
  },
  mon: {
    value: 'chardev=ID[,mode=control[,pretty=on]]',
    help: 'monitor at one of them, or QMP',
    take: takeMonitor,
  },
  qmp: { value: 'DEV', help: 'QMP, likewise: stdio, tcp:..., unix:...', take: takeQmp(false) },
  'qmp-pretty': { value: 'DEV', help: 'the same, in many lines', take: takeQmp(true) },
  nographic: {
    help: 'serial port and monitor on this terminal; Ctrl-A h lists the keys',
    take: (settings) => void (settings.nographic = settings.windowless = true),
  },
  display: { value: 'none', help: 'no window; there is none in any case', take: takeDisplay },
  nodefaults: {
    help: 'no serial port or monitor but those asked for',
    take: (settings) => void (settings.defaults = false),
  },
  s: { help: '-gdb tcp::1234', take: (settings) => void (settings.gdb = { text: '-s', value: 'tcp::1234' }) },
  gdb: {
    value: 'tcp:[HOST]:PORT',
    help: 'wait for GDB; none: do not',
    take: (settings, written) => void (settings.gdb = written),
  },
  S: {
    help: 'execute nothing before c in GDB or the monitor',
    take: (settings) => void (settings.halted = true),
  },
  'no-reboot': { help: 'exit instead of rebooting', take: (settings) => void (settings.reboots = false) },
  'no-shutdown': {
    help: 'stop instead of exiting when the guest is off',
    take: (settings) => void (settings.shutsDown = false),
  },
  action: { value: 'reboot=reset|shutdown,shutdown=poweroff|pause', help: 'likewise', take: takeAction },
  rtc: {
    value: 'base=utc|localtime|TIME',
    help: 'what the clock of the day shows at the start',
    take: (settings, { value, text }) => {
      const isList = /(^|,)(?!base=|clock=|driftfix=)[^,]/.test(value);
      settings.base = isList ? forOption(text, () => parseRtc(value)) : parseRtc(value);
    },
  },
  icount: {
    value: '[shift=]N|auto',
    help: 'an instruction takes 2^N ns of guest time',
    take: (settings, { value, text }) => {
      const rate = forOption(text, () => parseIcount(value));
      if (rate === undefined) delete settings.rate;
      else settings.rate = rate;
    },
  },
  seed: {
    value: 'N',
    help: 'where all randomness comes from (0 unless given)',
    take: (settings, { value, text }) => {
      if (!/^(\d+|0x[0-9a-f]+)$/i.test(value) || BigInt(value) >= 2n ** 64n)
        throw new QemuError(`${text}: Invalid seed number: ${value}`);
      settings.seed = BigInt(value);
    },
  },
  name: {
    value: 'TEXT',
    help: 'what info name says',
    take: (settings, { value, text }) => {
      forOption(text, () => {
        const list = looseList(value, 'guest');
        checkNames(list, ['guest', 'process', 'debug-threads']);
        const guest = valueOf(list, 'guest');
        if (guest !== undefined) settings.name = guest;
      });
    },
  },
  pidfile: {
    value: 'FILE',
    help: "write the process's number there",
    take: (settings, { value }) => void (settings.pidFile = value),
  },
  daemonize: {
    help: 'go on without a terminal once all is set up',
    take: (settings) => void (settings.daemonizes = true),
  },
  netdev: {
    value: 'user,id=ID[,...]',
    help: 'network for a card: hostfwd=, guestfwd=, tftp=, bootfile=, restrict=on, net=, host=, dns=, dhcpstart=, hostname=',
    take: takeNetwork,
  },
  nic: {
    value: 'none|user[,...]',
    help: 'a network for a card of the board, which there is none on raspi3b',
    take: takeNetwork,
  },
  net: { value: 'none', help: 'likewise', take: takeNetwork },
  object: {
    value: 'filter-dump,id=ID,netdev=ID,file=F',
    help: "write a network's frames to a file that Wireshark opens: maxlen=, queue=rx|tx|all",
    take: takeObject,
  },
  d: {
    value: 'ITEM[,...]',
    help: 'log int, unimp, guest_errors; help lists them',
    take: (settings, { value }) => {
      if (value === 'help' || value === '?') settings.help = 'log';
      else settings.log = parseLogItems(value);
    },
  },
  D: {
    value: 'FILE',
    help: 'where that goes, in place of the error stream',
    take: (settings, { value }) => void (settings.logFile = value),
  },
  semihosting: {
    help: 'let programs call by HLT #0xF000, for a console, an exit status, and the files of --semihosting-files',
    take: (settings) =>
      void (settings.semihosting = {
        ...{ userspace: false, arguments: [], ...settings.semihosting },
        enabled: true,
      }),
  },
  'semihosting-config': {
    value: 'enable=on[,...]',
    help: 'likewise: userspace=on lets EL0 call, chardev=ID is the console, arg=WORD what the guest is told; target=native',
    take: (settings, written) =>
      void (settings.semihosting = parseSemihosting(settings.semihosting, written)),
  },
  vga: {
    value: 'none',
    take: (settings, { value }) => {
      if (value !== 'none')
        settings.missing.push({ text: `-vga ${value}`, reason: 'there is no graphics card' });
    },
  },
  'no-user-config': { take: () => undefined },
  'enable-kvm': { take: () => checkAccelerator('kvm') },
  singlestep: { take: () => undefined },
  msg: {
    value: 'timestamp=on|off',
    take: (_, { value, text }) => {
      forOption(text, () => {
        for (const { name, value: setting } of looseList(value, 'timestamp')) parseSwitch(name, setting);
      });
    },
  },
  version: { help: 'say which firstlight this is', take: (settings) => void (settings.help = 'version') },
  help: { help: 'say this', take: (settings) => void (settings.help = 'help') },
  h: { take: (settings) => void (settings.help = 'help') },
};
