/**
 * The part of TensorFlow's C interface that the backend calls, as Deno's FFI wants it declared. The two tables follow
 * the wheel's own headers (`include/tensorflow/c/c_api.h`, `c/eager/c_api.h`); each lists what its library exports.
 *
 * @module
 */

const POINTER = "pointer";
const BUFFER = "buffer";
const STATUS = "pointer";

/** `TF_Output`: an operation and the index of one of its outputs, 16 bytes, passed by value. */
export const TF_OUTPUT = { struct: ["pointer", "i32"] } as const;

/** Exported by `libtensorflow_framework`: status values and host tensors. */
export const FRAMEWORK_SYMBOLS = {
  TF_NewStatus: { parameters: [], result: STATUS },
  TF_DeleteStatus: { parameters: [STATUS], result: "void" },
  TF_SetStatus: { parameters: [STATUS, "i32", BUFFER], result: "void" },
  TF_GetCode: { parameters: [STATUS], result: "i32" },
  TF_Message: { parameters: [STATUS], result: POINTER },
  TF_AllocateTensor: { parameters: ["i32", BUFFER, "i32", "usize"], result: POINTER },
  TF_TensorData: { parameters: [POINTER], result: POINTER },
  TF_TensorByteSize: { parameters: [POINTER], result: "usize" },
  TF_DeleteTensor: { parameters: [POINTER], result: "void" },
  /** `tsl::port::TestCPUFeature`: C++, so it may be missing in another version. */
  testProcessorFeature: {
    name: "_ZN3tsl4port14TestCPUFeatureENS0_10CPUFeatureE",
    parameters: ["i32"],
    result: "bool",
    optional: true,
  },
} as const;

/** Exported by `libtensorflow_cc`: the eager context and its operations, graphs and functions. */
export const CORE_SYMBOLS = {
  TF_Version: { parameters: [], result: POINTER },

  TFE_NewContextOptions: { parameters: [], result: POINTER },
  TFE_ContextOptionsSetConfig: { parameters: [POINTER, BUFFER, "usize", STATUS], result: "void" },
  TFE_DeleteContextOptions: { parameters: [POINTER], result: "void" },
  TFE_NewContext: { parameters: [POINTER, STATUS], result: POINTER },
  TFE_ContextListDevices: { parameters: [POINTER, STATUS], result: POINTER },
  TF_DeviceListCount: { parameters: [POINTER], result: "i32" },
  TF_DeviceListName: { parameters: [POINTER, "i32", STATUS], result: POINTER },
  TF_DeviceListType: { parameters: [POINTER, "i32", STATUS], result: POINTER },
  TF_DeleteDeviceList: { parameters: [POINTER], result: "void" },

  TFE_NewTensorHandle: { parameters: [POINTER, STATUS], result: POINTER },
  TFE_DeleteTensorHandle: { parameters: [POINTER], result: "void" },
  TFE_TensorHandleResolve: { parameters: [POINTER, STATUS], result: POINTER },
  TFE_TensorHandleDataType: { parameters: [POINTER], result: "i32" },
  TFE_TensorHandleNumDims: { parameters: [POINTER, STATUS], result: "i32" },
  TFE_TensorHandleDim: { parameters: [POINTER, "i32", STATUS], result: "i64" },

  TFE_NewOp: { parameters: [POINTER, BUFFER, STATUS], result: POINTER },
  TFE_DeleteOp: { parameters: [POINTER], result: "void" },
  TFE_OpAddInput: { parameters: [POINTER, POINTER, STATUS], result: "void" },
  TFE_Execute: { parameters: [POINTER, BUFFER, BUFFER, STATUS], result: "void" },
  /** The same function, run on another thread. */
  TFE_Execute_nonblocking: {
    name: "TFE_Execute",
    parameters: [POINTER, BUFFER, BUFFER, STATUS],
    result: "void",
    nonblocking: true,
  },
  TFE_OpSetAttrString: { parameters: [POINTER, BUFFER, BUFFER, "usize"], result: "void" },
  TFE_OpSetAttrInt: { parameters: [POINTER, BUFFER, "i64"], result: "void" },
  TFE_OpSetAttrIntList: { parameters: [POINTER, BUFFER, BUFFER, "i32"], result: "void" },
  TFE_OpSetAttrFloat: { parameters: [POINTER, BUFFER, "f32"], result: "void" },
  TFE_OpSetAttrFloatList: { parameters: [POINTER, BUFFER, BUFFER, "i32"], result: "void" },
  TFE_OpSetAttrBool: { parameters: [POINTER, BUFFER, "u8"], result: "void" },
  TFE_OpSetAttrBoolList: { parameters: [POINTER, BUFFER, BUFFER, "i32"], result: "void" },
  TFE_OpSetAttrType: { parameters: [POINTER, BUFFER, "i32"], result: "void" },
  TFE_OpSetAttrTypeList: { parameters: [POINTER, BUFFER, BUFFER, "i32"], result: "void" },
  TFE_OpSetAttrShape: { parameters: [POINTER, BUFFER, BUFFER, "i32", STATUS], result: "void" },

  TF_NewGraph: { parameters: [], result: POINTER },
  TF_DeleteGraph: { parameters: [POINTER], result: "void" },
  TF_NewOperation: { parameters: [POINTER, BUFFER, BUFFER], result: POINTER },
  TF_AddInput: { parameters: [POINTER, TF_OUTPUT], result: "void" },
  TF_AddControlInput: { parameters: [POINTER, POINTER], result: "void" },
  TF_AddInputList: { parameters: [POINTER, BUFFER, "i32"], result: "void" },
  TF_FinishOperation: { parameters: [POINTER, STATUS], result: POINTER },
  TF_SetAttrString: { parameters: [POINTER, BUFFER, BUFFER, "usize"], result: "void" },
  TF_SetAttrInt: { parameters: [POINTER, BUFFER, "i64"], result: "void" },
  TF_SetAttrIntList: { parameters: [POINTER, BUFFER, BUFFER, "i32"], result: "void" },
  TF_SetAttrFloat: { parameters: [POINTER, BUFFER, "f32"], result: "void" },
  TF_SetAttrFloatList: { parameters: [POINTER, BUFFER, BUFFER, "i32"], result: "void" },
  TF_SetAttrBool: { parameters: [POINTER, BUFFER, "u8"], result: "void" },
  TF_SetAttrBoolList: { parameters: [POINTER, BUFFER, BUFFER, "i32"], result: "void" },
  TF_SetAttrType: { parameters: [POINTER, BUFFER, "i32"], result: "void" },
  TF_SetAttrTypeList: { parameters: [POINTER, BUFFER, BUFFER, "i32"], result: "void" },
  TF_SetAttrShape: { parameters: [POINTER, BUFFER, BUFFER, "i32"], result: "void" },
  TF_SetAttrFuncName: { parameters: [POINTER, BUFFER, BUFFER, "usize"], result: "void" },
  TF_SetAttrTensor: { parameters: [POINTER, BUFFER, POINTER, STATUS], result: "void" },
  TF_OperationNumOutputs: { parameters: [POINTER], result: "i32" },
  TF_OperationOutputType: { parameters: [TF_OUTPUT], result: "i32" },
  TF_GraphGetTensorNumDims: { parameters: [POINTER, TF_OUTPUT, STATUS], result: "i32" },
  TF_GraphGetTensorShape: { parameters: [POINTER, TF_OUTPUT, BUFFER, "i32", STATUS], result: "void" },
  TF_GraphGetOpDef: { parameters: [POINTER, BUFFER, POINTER, STATUS], result: "void" },
  TF_NewBuffer: { parameters: [], result: POINTER },
  TF_DeleteBuffer: { parameters: [POINTER], result: "void" },

  TF_GraphToFunction: {
    parameters: [
      POINTER, // graph
      BUFFER, // name
      "u8", // append a hash to the name
      "i32", // number of operations, -1 for all
      POINTER, // the operations
      "i32", // number of inputs
      BUFFER, // TF_Output[] of the inputs
      "i32", // number of outputs
      BUFFER, // TF_Output[] of the outputs
      POINTER, // names of the outputs
      POINTER, // options
      POINTER, // description
      STATUS,
    ],
    result: POINTER,
  },
  TF_DeleteFunction: { parameters: [POINTER], result: "void" },
  TFE_ContextAddFunction: { parameters: [POINTER, POINTER, STATUS], result: "void" },
  TFE_ContextRemoveFunction: { parameters: [POINTER, BUFFER, STATUS], result: "void" },
  TFE_ContextGetFunction: { parameters: [POINTER, BUFFER, STATUS], result: POINTER },

  TF_GraphCopyFunction: { parameters: [POINTER, POINTER, POINTER, STATUS], result: "void" },
  TF_NewSessionOptions: { parameters: [], result: POINTER },
  TF_SetConfig: { parameters: [POINTER, BUFFER, "usize", STATUS], result: "void" },
  TF_DeleteSessionOptions: { parameters: [POINTER], result: "void" },
  TF_NewSession: { parameters: [POINTER, POINTER, STATUS], result: POINTER },
  TF_SessionRun: {
    parameters: [
      POINTER, // session
      BUFFER, // RunOptions, a TF_Buffer
      BUFFER, // TF_Output[] of the inputs
      BUFFER, // TF_Tensor*[] of the inputs
      "i32", // number of inputs
      BUFFER, // TF_Output[] of the outputs
      BUFFER, // TF_Tensor*[] of the outputs, to be filled
      "i32", // number of outputs
      POINTER, // operations to run beside them
      "i32", // number of those
      POINTER, // RunMetadata, a TF_Buffer to be filled
      STATUS,
    ],
    result: "void",
  },
  TF_DeleteSession: { parameters: [POINTER, STATUS], result: "void" },
} as const;

/**
 * An operation that hands its input on. The rewrite to mixed precision is told to leave it and what follows, up to the next
 * convolution, in float32.
 */
export const FLOAT32_MARK = "PlaceholderWithDefault";

/** Codes of `TF_DataType`. */
export const DataType = {
  FLOAT: 1,
  INT32: 3,
  UINT8: 4,
  STRING: 7,
  COMPLEX64: 8,
  INT64: 9,
  BOOL: 10,
  RESOURCE: 20,
} as const;

/** Codes of the attribute types, as `TF_AttrType` has them. */
export const AttributeType = { STRING: 0, INT: 1, FLOAT: 2, BOOL: 3, TYPE: 4, SHAPE: 5, RESOURCE: 11 } as const;
