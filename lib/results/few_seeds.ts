/**
 * What one or two seeds can't say, and what the project's protocol, which has more of them, says in their place.
 *
 * @module
 */
import { committedResults } from "./committed_results.ts";
import { VERDICT_SEEDS } from "./method_comparison.ts";
import { signedText } from "./result_texts.ts";
import type { GroupResults, Results } from "./results_of.ts";

/** The study that few seeds are held against. */
const PROTOCOL = "protocol";

/** The project's protocol on its first data set and split, which has the most seeds, from the committed records. */
export async function knownResults(root?: string): Promise<Results> {
  return await committedResults(PROTOCOL, {
    root,
    change: (study) => {
      const { dataset, split } = study.blocks[0].data[0];
      const blocks = study.blocks.map((block) => ({
        ...block,
        data: block.data.filter((data) => data.dataset === dataset && data.split === split),
      }));
      return { ...study, blocks };
    },
  });
}

/** Seeds of a group's runs, in order. */
export function seedsOf({ methods }: Pick<GroupResults, "methods">): number[] {
  const seeds = methods.flatMap(({ records }) => records.map(({ experiment }) => experiment.seed));
  return [...new Set(seeds)].sort((a, b) => a - b);
}

/**
 * What must be said where one or two seeds decide nothing: how far seeds lie apart, and what a study with more of them
 * found. No sentence where there are more.
 *
 * @param known results of a study with more seeds; its first data set and split is told of
 */
export function fewSeedsTexts(group: GroupResults, known?: Results): string[] {
  const seeds = seedsOf(group).length;
  if (seeds >= VERDICT_SEEDS) return [];
  const said = `${seeds === 1 ? "One seed is" : "Two seeds are"} no verdict on the methods: another seed, or another ` +
    "processor, which rounds differently, moves every number.";
  const [studied] = known?.groups ?? [];
  if (!known || !studied || studied.images === 0) return [said];
  const deviations = studied.methods.flatMap(({ best }) => best?.dice.deviation ?? []);
  const compared = studied.methods.find(({ method }) => method === studied.compared);
  const answer = studied.comparisons.find(({ method, weights }) => method === "polydice1" && weights === "best");
  const verdicts = { ahead: "it is ahead", behind: "it is behind", open: "the two are not told apart" };
  const texts = [said];
  if (deviations.length > 0) {
    texts.push(
      `In the study “${known.study.title}” (${studied.title}, profile ${known.study.profile}), Dice of one method ` +
        `differs from seed to seed by a standard deviation of ${Math.min(...deviations).toFixed(3)} to ${
          Math.max(...deviations).toFixed(3)
        }.`,
    );
  }
  if (compared && answer?.verdict && answer.overSeeds) {
    texts.push(
      `There ${compared.title} minus ${answer.title} is ${
        signedText(answer.bySeed.mean)
      } over ${answer.seeds.length} ` +
        `seeds, 95 % interval ${signedText(answer.overSeeds.lower)} to ${signedText(answer.overSeeds.upper)}: ${
          verdicts[answer.verdict]
        }.`,
    );
  }
  return texts;
}
