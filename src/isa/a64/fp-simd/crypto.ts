/** AES, SHA1, SHA256. Arm ARM C4.1, "Cryptographic AES", "... three-register SHA", "... two-register SHA". */
import { encodings } from '../../table.js';
import { rows, type Form } from './simd-forms.js';

const aes: Form = { text: 'op <Vd.16b>, <Vn.16b>' };
const hashUpdate: Form = { text: 'op <Qd>, <Sn>, <Vm.4s>' };
const hash256: Form = { text: 'op <Qd>, <Qn>, <Vm.4s>' };
const schedule: Form = { text: 'op <Vd.4s>, <Vn.4s>, <Vm.4s>' };
const rotate: Form = { text: 'op <Sd>, <Sn>' };
const schedule2: Form = { text: 'op <Vd.4s>, <Vn.4s>' };

export const cryptographic = [
  ...encodings('Cryptographic AES', {
    ...rows(aes, {
      AESE: '0100 1110 00 10100 00100 10 Rn:5 Rd:5',
      AESD: '0100 1110 00 10100 00101 10 Rn:5 Rd:5',
      AESMC: '0100 1110 00 10100 00110 10 Rn:5 Rd:5',
      AESIMC: '0100 1110 00 10100 00111 10 Rn:5 Rd:5',
    }),
  }),
  ...encodings('Cryptographic three-register SHA', {
    ...rows(hashUpdate, {
      SHA1C: '0101 1110 00 0 Rm:5 0 000 00 Rn:5 Rd:5',
      SHA1P: '0101 1110 00 0 Rm:5 0 001 00 Rn:5 Rd:5',
      SHA1M: '0101 1110 00 0 Rm:5 0 010 00 Rn:5 Rd:5',
    }),
    ...rows(hash256, {
      SHA256H: '0101 1110 00 0 Rm:5 0 100 00 Rn:5 Rd:5',
      SHA256H2: '0101 1110 00 0 Rm:5 0 101 00 Rn:5 Rd:5',
    }),
    ...rows(schedule, {
      SHA1SU0: '0101 1110 00 0 Rm:5 0 011 00 Rn:5 Rd:5',
      SHA256SU1: '0101 1110 00 0 Rm:5 0 110 00 Rn:5 Rd:5',
    }),
  }),
  ...encodings('Cryptographic two-register SHA', {
    ...rows(rotate, {
      SHA1H: '0101 1110 00 10100 00000 10 Rn:5 Rd:5',
    }),
    ...rows(schedule2, {
      SHA1SU1: '0101 1110 00 10100 00001 10 Rn:5 Rd:5',
      SHA256SU0: '0101 1110 00 10100 00010 10 Rn:5 Rd:5',
    }),
  }),
];
