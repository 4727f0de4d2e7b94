/** @jsxImportSource preact */
/**
 * The report: one page that says what was asked, what came out, how sure it is, and how it was made.
 *
 * @module
 */
import type { VNode } from "preact";
import { fewSeedsTexts, seedsOf } from "../results/few_seeds.ts";
import { signedText } from "../results/result_texts.ts";
import { DifficultySection } from "./difficulty_section.tsx";
import { htmlDocument, type PageAssets, Section } from "./document.tsx";
import { Image } from "./page_image.tsx";
import { type NotebookLink, type ReportContent, reportGroup, seedText, unbroken } from "./report_content.ts";
import { ResultsSection } from "./results_section.tsx";
import { MakingSection, TrainingSection } from "./training_section.tsx";

/** The report as a complete HTML document that needs no other file. */
export function reportPage(content: ReportContent, assets: PageAssets): string {
  const { results, inspection, notebooks } = content;
  const group = reportGroup(content);
  const links = [
    ["#question", "Question", true],
    ["#results", "Table 2", true],
    ["#training", "Training", group.images > 0],
    ["#difficulty", "Difficulty", inspection !== undefined],
    ["#pictures", "Pictures", inspection !== undefined],
    ["#notebooks", "Notebooks", notebooks.length > 0],
    ["#making", "Making", true],
  ] as const;
  return htmlDocument({
    title: `Adaptive PolyDice: ${group.datasetTitle}, profile ${results.study.profile}`,
    description: "Results of a rerun of the thesis on an uncertainty-adaptive loss for medical image segmentation.",
    navigation: links.filter(([, , there]) => there).map(([href, text]) => ({ href, text })),
    header: <Header content={content} />,
    main: (
      <>
        <QuestionSection content={content} />
        <ResultsSection content={content} />
        <TrainingSection content={content} />
        <DifficultySection content={content} />
        <NotebooksSection notebooks={notebooks} />
        <MakingSection content={content} />
      </>
    ),
    footer: (
      <p>
        Made on this machine; nothing of it has been sent anywhere. Pictures of patients' images are under the terms of
        their data set: do not publish this page where it shows some. Research software, not a medical device.
      </p>
    ),
    charts: group.images > 0,
  }, assets);
}

function Header({ content }: { content: ReportContent }): VNode {
  const group = reportGroup(content);
  const { madeAt } = content;
  return (
    <>
      <h1>Adaptive PolyDice</h1>
      <p class="lead">Does medical image segmentation get better when the loss follows the network's uncertainty?</p>
      <p class="facts">
        {group.datasetTitle} · profile {content.results.study.profile} ·{" "}
        {group.images > 0 && `${seedText(seedsOf(group))} `}
        <time dateTime={madeAt}>{madeAt.slice(0, 16).replace("T", " ")} UTC</time>
      </p>
    </>
  );
}

function QuestionSection({ content }: { content: ReportContent }): VNode {
  return (
    <Section id="question" title="Question">
      <p>
        A U-Net learns to find polyps in colonoscopy images with PolyDice-1, a polynomial expansion of the Dice loss
        whose steepness has one parameter ε. The thesis lets the network's own uncertainty choose that ε for each
        training image: hard images get steep gradients, easy ones gentle ones. Does it segment better than the same
        loss with one fixed ε, and than the usual losses?
      </p>
      <Verdict content={content} />
      {content.framework && (
        <figure class="framework">
          <Image image={content.framework} />
        </figure>
      )}
    </Section>
  );
}

/** What this rerun says to the question, from its own numbers; from one or two seeds nothing. */
function Verdict({ content }: { content: ReportContent }): VNode {
  const group = reportGroup(content);
  const { study } = content.results;
  const compared = group.methods.find(({ method }) => method === group.compared);
  const comparison = group.comparisons.find(({ method, weights }) => method === "polydice1" && weights === "best");
  if (!compared || !comparison) {
    return <p class="notice">This rerun has no answer: it lacks Adaptive PolyDice-1, or PolyDice-1 with ε = 0.</p>;
  }
  const { verdict, bySeed, overImages, overSeeds, title, seeds } = comparison;
  const answers = {
    ahead: "Yes, on these images: the adaptive method is ahead.",
    behind: "No: on these images the adaptive method is behind.",
    open: "Undecided: these runs can't tell the two apart.",
  };
  const { lower, upper } = overSeeds ?? overImages;
  return (
    <p class="verdict">
      {verdict && <strong>{answers[verdict]}</strong>} {compared.title} minus {unbroken(title)}:{" "}
      {signedText(bySeed.mean)} in mean Dice over {group.images} test images
      {seeds.length > 1 && ` and ${seeds.length} seeds`}, 95 % interval {signedText(lower)} to {signedText(upper)}
      {overSeeds ? " (bootstrap over images and seeds)" : " (bootstrap over images)"}.{" "}
      {unbroken(fewSeedsTexts(group, content.known).join(" "))} {study.profile !== "thesis" &&
        `The profile ${study.profile} is far smaller than the thesis' settings, so this neither confirms nor refutes it.`}
    </p>
  );
}

function NotebooksSection({ notebooks }: { notebooks: readonly NotebookLink[] }): VNode | null {
  if (notebooks.length === 0) return null;
  return (
    <Section id="notebooks" title="The notebooks as they were run">
      <ul class="notebooks">
        {notebooks.map(({ href, title, question }) => (
          <li key={href}>
            <a href={href}>{title}</a>
            {question && <span>{question}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}
