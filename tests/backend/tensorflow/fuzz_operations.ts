/**
 * Operations that the project's networks run, each with inputs and attributes that fit: what the fuzz test begins with
 * before it changes something.
 *
 * @module
 */
import { AttributeType, DataType } from "../../../lib/backend/tensorflow/c_api.ts";
import type { OperationAttribute } from "../../../lib/backend/tensorflow/operation_attributes.ts";

/** A host tensor: shape, type, values. */
export interface TensorRecipe {
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly values: readonly number[];
}

/** An operation with everything that it needs. */
export interface OperationRecipe {
  readonly name: string;
  readonly attributes: readonly OperationAttribute[];
  readonly inputs: readonly TensorRecipe[];
  readonly outputCount: number;
}

const { FLOAT, INT32, BOOL } = DataType;

const type = (name: string, value: number): OperationAttribute => ({ name, type: AttributeType.TYPE, value });
const int = (name: string, value: number | number[]): OperationAttribute => ({ name, type: AttributeType.INT, value });
const bool = (name: string, value: boolean): OperationAttribute => ({ name, type: AttributeType.BOOL, value });
const float = (name: string, value: number): OperationAttribute => ({ name, type: AttributeType.FLOAT, value });
const text = (name: string, value: string): OperationAttribute => ({ name, type: AttributeType.STRING, value });

/** A float tensor of small numbers. */
const floats = (...shape: number[]): TensorRecipe => {
  const size = shape.reduce((product, length) => product * length, 1);
  return { shape, dtype: FLOAT, values: Array.from({ length: size }, (_, index) => (index % 7) / 4 - 0.5) };
};
const ints = (...values: number[]): TensorRecipe => ({ shape: [values.length], dtype: INT32, values });
const scalar = (value: number): TensorRecipe => ({ shape: [], dtype: INT32, values: [value] });

const convolution = [
  type("T", FLOAT),
  int("strides", [1, 1, 1, 1]),
  text("padding", "SAME"),
  text("data_format", "NHWC"),
  bool("use_cudnn_on_gpu", true),
  int("dilations", [1, 1, 1, 1]),
];
const depthwise = convolution.filter(({ name }) => name !== "use_cudnn_on_gpu");
const pooling = [
  type("T", FLOAT),
  int("ksize", [1, 2, 2, 1]),
  int("strides", [1, 2, 2, 1]),
  text("padding", "VALID"),
  text("data_format", "NHWC"),
];
const normalization = (training: boolean) => [
  type("T", FLOAT),
  type("U", FLOAT),
  float("epsilon", 1e-3),
  text("data_format", "NHWC"),
  bool("is_training", training),
];
const reduction = [bool("keep_dims", false), type("T", FLOAT), type("Tidx", INT32)];

const recipe = (
  name: string,
  attributes: readonly OperationAttribute[],
  inputs: readonly TensorRecipe[],
  outputCount = 1,
): OperationRecipe => ({ name, attributes, inputs, outputCount });

/** The operations. */
export const OPERATIONS: readonly OperationRecipe[] = [
  ...["Relu", "Sigmoid", "Softmax", "Log", "Exp", "Sqrt", "Acos", "Neg", "Square", "Rsqrt"].map((name) =>
    recipe(name, [type("T", FLOAT)], [floats(2, 3)])
  ),
  ...["Mul", "AddV2", "Sub", "RealDiv", "Maximum", "Minimum", "Pow", "Greater", "LessEqual", "Equal", "ReluGrad"].map((
    name,
  ) => recipe(name, [type("T", FLOAT)], [floats(2, 3), floats(2, 3)])),
  recipe("MatMul", [bool("transpose_a", false), bool("transpose_b", true), type("T", FLOAT)], [
    floats(2, 3),
    floats(4, 3),
  ]),
  recipe("BatchMatMulV2", [type("T", FLOAT), bool("adj_x", false), bool("adj_y", false)], [
    floats(2, 2, 3),
    floats(2, 3, 2),
  ]),
  recipe("AddN", [type("T", FLOAT), int("N", 2)], [floats(2), floats(2)]),
  recipe("Pack", [int("N", 2), type("T", FLOAT), int("axis", 0)], [floats(2), floats(2)]),
  recipe("Unpack", [int("num", 2), type("T", FLOAT), int("axis", 0)], [floats(2, 3)], 2),
  recipe("Split", [int("num_split", 2), type("T", FLOAT)], [scalar(0), floats(4, 2)], 2),
  recipe("ConcatV2", [int("N", 2), type("T", FLOAT), type("Tidx", INT32)], [floats(1, 2), floats(1, 2), scalar(0)]),
  recipe("Identity", [type("T", FLOAT)], [floats(3)]),
  recipe("Cast", [type("SrcT", FLOAT), type("DstT", INT32), bool("Truncate", false)], [floats(3)]),
  recipe("Reshape", [type("T", FLOAT), type("Tshape", INT32)], [floats(2, 3), ints(3, 2)]),
  recipe("Transpose", [type("T", FLOAT), type("Tperm", INT32)], [floats(2, 3), ints(1, 0)]),
  recipe("Slice", [type("T", FLOAT), type("Index", INT32)], [floats(2, 3), ints(0, 1), ints(2, 2)]),
  recipe("StridedSlice", [
    type("T", FLOAT),
    type("Index", INT32),
    int("begin_mask", 0),
    int("end_mask", 0),
    int("ellipsis_mask", 0),
    int("new_axis_mask", 0),
    int("shrink_axis_mask", 0),
  ], [floats(4, 3), ints(0, 0), ints(2, 3), ints(1, 2)]),
  recipe("Tile", [type("T", FLOAT), type("Tmultiples", INT32)], [floats(2, 2), ints(2, 1)]),
  recipe("PadV2", [type("T", FLOAT), type("Tpaddings", INT32)], [
    floats(2, 2),
    { shape: [2, 2], dtype: INT32, values: [1, 0, 0, 1] },
    { shape: [], dtype: FLOAT, values: [0] },
  ]),
  recipe("GatherV2", [
    int("batch_dims", 0),
    type("Tparams", FLOAT),
    type("Tindices", INT32),
    type("Taxis", INT32),
  ], [floats(4, 2), ints(3, 0), scalar(0)]),
  recipe("Select", [type("T", FLOAT)], [{ shape: [2], dtype: BOOL, values: [1, 0] }, floats(2), floats(2)]),
  recipe("ReverseV2", [type("Tidx", INT32), type("T", FLOAT)], [floats(2, 3), ints(1)]),
  ...["Sum", "Mean", "Max", "Min"].map((name) => recipe(name, reduction, [floats(2, 3), ints(0)])),
  recipe("ArgMax", [type("T", FLOAT), type("Tidx", INT32), type("output_type", DataType.INT64)], [
    floats(2, 3),
    scalar(1),
  ]),
  recipe("Cumsum", [bool("exclusive", false), bool("reverse", false), type("T", FLOAT), type("Tidx", INT32)], [
    floats(2, 3),
    scalar(0),
  ]),
  recipe("OneHot", [int("axis", -1), type("T", FLOAT), type("TI", INT32)], [
    ints(0, 2),
    scalar(3),
    { shape: [], dtype: FLOAT, values: [1] },
    { shape: [], dtype: FLOAT, values: [0] },
  ]),
  recipe("StatelessRandomUniform", [type("dtype", FLOAT), type("T", INT32), type("Tseed", INT32)], [
    ints(2, 3),
    ints(1, 2),
  ]),
  recipe("Conv2D", convolution, [floats(1, 4, 4, 2), floats(3, 3, 2, 3)]),
  recipe("Conv2DBackpropInput", convolution, [ints(1, 4, 4, 2), floats(3, 3, 2, 3), floats(1, 4, 4, 3)]),
  recipe("Conv2DBackpropFilter", convolution, [floats(1, 4, 4, 2), ints(3, 3, 2, 3), floats(1, 4, 4, 3)]),
  recipe("DepthwiseConv2dNative", depthwise, [floats(1, 4, 4, 2), floats(3, 3, 2, 1)]),
  recipe("DepthwiseConv2dNativeBackpropInput", depthwise, [ints(1, 4, 4, 2), floats(3, 3, 2, 1), floats(1, 4, 4, 2)]),
  recipe("DepthwiseConv2dNativeBackpropFilter", depthwise, [floats(1, 4, 4, 2), ints(3, 3, 2, 1), floats(1, 4, 4, 2)]),
  recipe("AvgPool", pooling, [floats(1, 4, 4, 2)]),
  recipe("AvgPoolGrad", pooling, [ints(1, 4, 4, 2), floats(1, 2, 2, 2)]),
  recipe("MaxPool", pooling, [floats(1, 4, 4, 2)]),
  recipe("MaxPoolGrad", pooling, [floats(1, 4, 4, 2), floats(1, 2, 2, 2), floats(1, 2, 2, 2)]),
  recipe("ResizeBilinear", [type("T", FLOAT), bool("align_corners", true), bool("half_pixel_centers", false)], [
    floats(1, 2, 2, 1),
    ints(4, 4),
  ]),
  recipe("ResizeBilinearGrad", [type("T", FLOAT), bool("align_corners", true), bool("half_pixel_centers", false)], [
    floats(1, 4, 4, 1),
    floats(1, 2, 2, 1),
  ]),
  recipe(
    "FusedBatchNormV3",
    normalization(true),
    [floats(1, 2, 2, 2), floats(2), floats(2), floats(0), floats(0)],
    6,
  ),
  recipe(
    "FusedBatchNormGradV3",
    normalization(true),
    [floats(1, 2, 2, 2), floats(1, 2, 2, 2), floats(2), floats(2), floats(2), floats(0)],
    5,
  ),
];
