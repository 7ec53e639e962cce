/**
 * Keys by the names that QEMU's `sendkey` has for them, and what each sends: the make code of an AT keyboard's scan code
 * set 1, with bit 7 for those that have 0xe0 in front. QAPI's QKeyCode; keycodemapdb.
 */

/** In the order of QKeyCode: name, colon, code in hexadecimal; 00 for a key that sends none. */
const table = `
  unmapped:00 shift:2a shift_r:36 alt:38 alt_r:b8 ctrl:1d ctrl_r:9d menu:9e esc:01 1:02 2:03 3:04 4:05
  5:06 6:07 7:08 8:09 9:0a 0:0b minus:0c equal:0d backspace:0e tab:0f q:10 w:11 e:12 r:13 t:14 y:15 u:16
  i:17 o:18 p:19 bracket_left:1a bracket_right:1b ret:1c a:1e s:1f d:20 f:21 g:22 h:23 j:24 k:25 l:26
  semicolon:27 apostrophe:28 grave_accent:29 backslash:2b z:2c x:2d c:2e v:2f b:30 n:31 m:32 comma:33
  dot:34 slash:35 asterisk:37 spc:39 caps_lock:3a f1:3b f2:3c f3:3d f4:3e f5:3f f6:40 f7:41 f8:42 f9:43
  f10:44 num_lock:45 scroll_lock:46 kp_divide:b5 kp_multiply:37 kp_subtract:4a kp_add:4e kp_enter:9c
  kp_decimal:53 sysrq:54 kp_0:52 kp_1:4f kp_2:50 kp_3:51 kp_4:4b kp_5:4c kp_6:4d kp_7:47 kp_8:48 kp_9:49
  less:56 f11:57 f12:58 print:54 home:c7 pgup:c9 pgdn:d1 end:cf left:cb up:c8 down:d0 right:cd insert:d2
  delete:d3 stop:e8 again:85 props:86 undo:87 front:8c copy:f8 open:64 paste:65 find:c1 cut:bc lf:5b
  help:f5 meta_l:db meta_r:dc compose:dd pause:c6 ro:73 hiragana:77 henkan:79 yen:7d muhenkan:7b
  katakanahiragana:70 kp_comma:7e kp_equals:59 power:de sleep:df wake:e3 audionext:99 audioprev:90
  audiostop:a4 audioplay:a2 audiomute:a0 volumeup:b0 volumedown:ae mediaselect:ed mail:ec calculator:a1
  computer:eb ac_home:b2 ac_back:ea ac_forward:e9 ac_refresh:e7 ac_bookmarks:e6 lang1:72 lang2:71
`;

const codes: ReadonlyMap<string, number> = new Map(
  table
    .trim()
    .split(/\s+/)
    .map((entry) => [entry.slice(0, -3), parseInt(entry.slice(-2), 16)] as const),
);

/** The key that sends three codes, and none with 0xe0. */
export const PAUSE = 0xc6;
const LESS = 'less';

export const keyNames: readonly string[] = [...codes.keys()];

/** The code of a key by its name, or by its number in hexadecimal (`0x1e`), as `sendkey` takes them; undefined for none. */
export function keyCode(name: string): number | undefined {
  if (name === '<') return codes.get(LESS);
  if (!/^0x[0-9a-f]+$/i.test(name)) return codes.get(name);
  // A number that is no key's is one that sends nothing.
  const number = Number(name);
  return [...codes.values()].includes(number) ? number : 0;
}
