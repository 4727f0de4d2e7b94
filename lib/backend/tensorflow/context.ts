/**
 * TensorFlow's eager context: the one place where operations run, with the devices that it found.
 *
 * @module
 */
import { checkStatus, type TensorFlowLibrary } from "./library.ts";

/** A device of the context, such as `{ name: "/job:localhost/…/device:GPU:0", type: "GPU" }`. */
export interface Device {
  readonly name: string;
  readonly type: string;
}

/** The running TensorFlow: its library, its context, its devices. */
export interface TensorFlowContext extends TensorFlowLibrary {
  readonly context: Deno.PointerValue;
  readonly devices: readonly Device[];
}

/**
 * A `ConfigProto`: `gpu_options.allow_growth` (take GPU memory as it is needed, not all of it at once) and
 * `allow_soft_placement` (run on the CPU what has no GPU kernel).
 */
const CONFIGURATION = new Uint8Array([0x32, 0x02, 0x20, 0x01, 0x38, 0x01]);

/** Starts TensorFlow's eager context. Operations run on the first GPU that TensorFlow finds, else on the CPU. */
export function startContext(library: TensorFlowLibrary): TensorFlowContext {
  const { core, status } = library;
  const options = core.TFE_NewContextOptions();
  try {
    core.TFE_ContextOptionsSetConfig(options, CONFIGURATION, BigInt(CONFIGURATION.length), status);
    checkStatus(library, "configure TensorFlow");
    const context = core.TFE_NewContext(options, status);
    checkStatus(library, "start TensorFlow");
    return { ...library, context, devices: listDevices(library, context) };
  } finally {
    core.TFE_DeleteContextOptions(options);
  }
}

function listDevices(library: TensorFlowLibrary, context: Deno.PointerValue): Device[] {
  const { core, status } = library;
  const list = core.TFE_ContextListDevices(context, status);
  checkStatus(library, "list TensorFlow's devices");
  const text = (pointer: Deno.PointerValue) => new Deno.UnsafePointerView(pointer!).getCString();
  const devices = Array.from({ length: core.TF_DeviceListCount(list) }, (_, index) => ({
    name: text(core.TF_DeviceListName(list, index, status)),
    type: text(core.TF_DeviceListType(list, index, status)),
  }));
  core.TF_DeleteDeviceList(list);
  return devices;
}
