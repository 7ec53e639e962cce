/**
 * What only Secure accesses reach on board `virt` whose cores have EL3: as with QEMU's `secure=on`, the first bank of
 * flash, RAM, a UART, and a GPIO by which Secure software switches the machine off and resets it.
 */
import { SECURE_SPACE } from '../../../engine/index.js';
import type { PhysicalMap } from '../../bus.js';
import { unconnected, type Line } from '../../device.js';
import { Pl011 } from '../../devices/pl011.js';
import { Pl061 } from '../../devices/pl061.js';
import type { Gicv2 } from '../../interrupts/gicv2/gicv2.js';
import type { BoardOptions } from '../board.js';
import { MAP, SECURE_PIN, SPI } from './memory-map.js';

/** Attaches RAM and devices; gives the UART. */
export function attachSecureDevices(
  bus: PhysicalMap,
  gic: Gicv2,
  { secureRam, power }: Pick<BoardOptions, 'secureRam' | 'power'>,
): Pl011 {
  const uart = new Pl011('uart1', gic.spi(SPI.SECURE_UART));
  bus.attach(SECURE_SPACE + MAP.SECURE_UART.base, uart);
  const outputs = Array<Line>(8).fill(unconnected);
  outputs[SECURE_PIN.POWEROFF] = whenHigh(() => power.systemOff());
  outputs[SECURE_PIN.RESET] = whenHigh(() => power.systemReset());
  bus.attach(
    SECURE_SPACE + MAP.SECURE_GPIO.base,
    new Pl061('secure-gpio', gic.spi(SPI.SECURE_GPIO), outputs),
  );
  if (secureRam !== undefined) bus.attachRam(SECURE_SPACE + MAP.SECURE_RAM.base, secureRam);
  return uart;
}

const whenHigh = (act: () => void): Line => ({
  set: (level) => {
    if (level) act();
  },
});
