/** USB: a bus with its devices, and the controller of the BCM2837. docs/usb.md. */
export { USB_BUS, UsbBus, UsbError } from './bus.js';
export { misplaced } from './plug-in.js';
export { macBytes, MacAddresses } from './net/addresses.js';
export { Dwc2 } from './dwc2/dwc2.js';
export {
  LONGEST_SERIAL,
  macShape,
  usbDevice,
  usbKinds,
  usbListShape,
  type UsbKind,
  type UsbSpecification,
} from './specification.js';
