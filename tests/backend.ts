/**
 * Starts the backend that the tests compute on: TensorFlow, or the one that the environment variable
 * `POLYDICE_BACKEND` names. Test files that use tensors import it first.
 *
 * @module
 */
import { useBackend } from "../lib/backend/use_backend.ts";

/** The backend that the tests run on. */
export const backend = await useBackend(Deno.env.get("POLYDICE_BACKEND"));
