import "../backend.ts";
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { layersModelProbability, lesionChannel } from "../../lib/model/layers_model_probability.ts";

const IMAGE = tf.randomUniform([2, 4, 4, 3], 0, 1, "float32", 1) as tf.Tensor4D;

/** Convolution, batch norm and two dropouts, one of them in a model inside of the model. */
function dropoutModel(rate = 0.5): tf.LayersModel {
  const inner = tf.sequential({
    layers: [tf.layers.dropout({ rate, inputShape: [4, 4, 6] }), tf.layers.conv2d({ filters: 6, kernelSize: 1 })],
  });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 6, kernelSize: 3, padding: "same", inputShape: [4, 4, 3] }),
      tf.layers.batchNormalization(),
      inner,
      tf.layers.dropout({ rate }),
      tf.layers.conv2d({ filters: 2, kernelSize: 1, activation: "softmax" }),
    ],
  });
}

Deno.test("layersModelProbability() drops nothing without a seed and equals predict()", () => {
  const model = dropoutModel();
  const [, lesion] = tf.unstack(model.predict(IMAGE) as tf.Tensor4D, 3);
  assertEquals(layersModelProbability(model)(IMAGE).arraySync(), lesion.arraySync());
});

Deno.test("layersModelProbability() gives equal passes for equal seeds, and others for other seeds", () => {
  const probability = layersModelProbability(dropoutModel());
  const [first, again, other] = [1, 1, 2].map((seed) => probability(IMAGE, seed).arraySync());
  assertEquals(first, again);
  assertNotEquals(first, other);
});

Deno.test("a pass of layersModelProbability() leaves batch norm in inference: images do not mix, averages stay", () => {
  const model = dropoutModel();
  const before = model.getWeights().map((tensor) => tensor.arraySync());
  const ones = tf.ones<tf.Rank.R4>([1, 4, 4, 3]);
  // The first image's masks do not depend on what the second image is, nor may anything else.
  const [a, b] = [0, 5].map((value) => {
    const batch = tf.concat<tf.Tensor4D>([ones, tf.mul(ones, value)]);
    return tf.slice(layersModelProbability(model)(batch, 3), [0, 0, 0], [1, -1, -1]).arraySync();
  });
  assertEquals(a, b);
  assertEquals(model.getWeights().map((tensor) => tensor.arraySync()), before);
});

Deno.test("a pass of layersModelProbability() drops in nested models, and leaves the model as it was", () => {
  const model = dropoutModel();
  const before = (model.predict(IMAGE) as tf.Tensor).arraySync();
  const [inner, outer] = [model.layers[2] as unknown as tf.LayersModel, model].map((part) =>
    part.layers.find((layer) => layer.getClassName() === "Dropout")! as tf.layers.Layer & { rate: number }
  );
  const spread = () => {
    const passes = [1, 2].map((seed) => layersModelProbability(model)(IMAGE, seed));
    return tf.max(tf.abs(tf.sub(passes[0], passes[1]))).dataSync()[0];
  };
  outer.rate = 0;
  assertNotEquals(spread(), 0);
  outer.rate = 0.5, inner.rate = 0;
  assertNotEquals(spread(), 0);
  assertEquals((model.predict(IMAGE) as tf.Tensor).arraySync(), before);
  assertEquals([inner, outer].map((layer) => Object.hasOwn(layer, "call")), [false, false]);
});

Deno.test("layersModelProbability() with a seed keeps no tensor but its result", () => {
  const probability = layersModelProbability(dropoutModel());
  const before = tf.memory().numTensors;
  for (const seed of [1, 2, 3]) probability(IMAGE, seed).dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("layersModelProbability() refuses a seed where the model drops nothing", () => {
  const probability = layersModelProbability(dropoutModel(0));
  assertThrows(() => probability(IMAGE, 1), Error, "none of its layers is a Dropout");
});

Deno.test("lesionChannel() takes the one map, or the second of two, and refuses other outputs", () => {
  const two = tf.tensor4d([0.25, 0.75], [1, 1, 1, 2]);
  assertEquals(lesionChannel(two).arraySync(), [[[0.75]]]);
  assertEquals(lesionChannel(tf.ones([2, 3, 3, 1])).shape, [2, 3, 3]);
  assertEquals(lesionChannel(tf.ones([2, 3, 3])).shape, [2, 3, 3]);
  assertThrows(() => lesionChannel(tf.ones([2, 3, 3, 5])), RangeError, "found [2, 3, 3, 5]");
});
