/** Numbers of the DWARF Debugging Information Format, version 5, chapters 6.2 and 7.5. */

/** Standard opcodes of line number programs, 6.2.5.2. */
export const standard = {
  copy: 1,
  advancePc: 2,
  advanceLine: 3,
  setFile: 4,
  constAddPc: 8,
  fixedAdvancePc: 9,
} as const;

/** Extended opcodes, 6.2.5.3. */
export const extended = { endSequence: 1, setAddress: 2 } as const;

/** What an entry of the directory or file table tells, 6.2.4.1: `DW_LNCT_`. */
export const content = { path: 1, directoryIndex: 2 } as const;

/** How values are written, 7.5.6: `DW_FORM_`. */
export const form = {
  block2: 0x03,
  block4: 0x04,
  data2: 0x05,
  data4: 0x06,
  data8: 0x07,
  string: 0x08,
  block: 0x09,
  block1: 0x0a,
  data1: 0x0b,
  strp: 0x0e,
  udata: 0x0f,
  lineStrp: 0x1f,
  data16: 0x1e,
} as const;
