/** QEMU's options that mean something which is not here, with the reason; those with a value, and those without. */

const GRAPHICS = 'there are no windows';
const SOUND = 'there is no sound';
const HOST = 'it is about QEMU itself';
const STORAGE = 'the boards have no place for it';
const LOG = '--trace and firstlight trace show what happens';

export const unsupportedWithValue: Readonly<Record<string, string>> = {
  ...{ dfilter: LOG, trace: LOG, plugin: LOG },
  ...{ vnc: GRAPHICS, spice: GRAPHICS, rotate: GRAPHICS, k: GRAPHICS, audio: SOUND, audiodev: SOUND },
  ...{ hda: STORAGE, hdb: STORAGE, hdc: STORAGE, hdd: STORAGE, cdrom: STORAGE, fda: STORAGE, fdb: STORAGE },
  ...{
    blockdev: 'use -drive',
    mtdblock: STORAGE,
    pflash: STORAGE,
    fsdev: STORAGE,
    virtfs: STORAGE,
    iscsi: STORAGE,
  },
  ...{ parallel: 'the boards have no parallel port', debugcon: 'the boards have no debug console' },
  ...{ loadvm: 'use --load', incoming: 'use --load', 'dump-vmstate': 'use --save' },
  ...{
    'mem-path': HOST,
    'add-fd': HOST,
    sandbox: HOST,
    runas: HOST,
    chroot: HOST,
    overcommit: HOST,
  },
  ...{ readconfig: HOST, L: HOST, 'xen-domid': HOST, compat: HOST, echr: HOST },
  ...{ numa: 'all memory is alike', tpmdev: 'there is no TPM' },
  ...{
    global: 'devices have no properties',
    set: 'devices have no properties',
    smbios: 'there is no SMBIOS',
  },
  ...{ boot: 'firmware has no choice', 'option-rom': 'there is no PCI', fw_cfg: 'files cannot be added' },
  ...{ uuid: 'nothing shows it', 'watchdog-action': 'a watchdog resets' },
};

export const unsupported: Readonly<Record<string, string>> = {
  ...{ 'no-acpi': 'there is no ACPI' },
  ...{ portrait: GRAPHICS, 'full-screen': GRAPHICS, 'audio-help': SOUND },
  ...{ 'mem-prealloc': HOST, preconfig: HOST, 'only-migratable': HOST, 'old-param': HOST },
  ...{ 'xen-attach': HOST, 'xen-domid-restrict': HOST, 'enable-sync-profile': HOST, 'async-teardown': HOST },
};
