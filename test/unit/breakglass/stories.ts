/** Runs requests of the model world through their stories, and names what such a story does. */
import { type ModelWorld, told } from "./model-world.ts";
import { happen } from "./scenes.ts";

/** The world after this event, and after all that is done about it. */
export function having(world: ModelWorld, event: string): ModelWorld {
  happen(world, event);
  world.settle();
  return world;
}

/** What a story does, in order. */
export function steps(world: ModelWorld): readonly string[] {
  return world.settle().map(told);
}

export const TAKEN_BACK = ["delete binding", "delete identity", "delete minterBinding", "delete minter"];
export const MADE = ["create identity", "create binding", "create minter", "create minterBinding"];
