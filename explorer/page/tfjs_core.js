// What "@tensorflow/tfjs" is in the explorer's pages: operations and gradients, in the very copy that the backends register with.
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
export default tf;
