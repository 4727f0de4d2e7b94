/**
 * Progress for people who wait: on a terminal one line that is drawn again and again, elsewhere plain lines. Whatever text
 * is shown, the terminal obeys none of it.
 *
 * @module
 */
import { terminalText } from "../../lib/text/escape.ts";
import { writeToStdout } from "../../lib/text/text_lines.ts";

/** Where progress goes. */
export interface ProgressLine {
  /** Shows what is going on now. Away from a terminal a line appears only where none has for a while. */
  show(text: string): void;
  /** Prints a line that stays. */
  say(text: string): void;
  /** Takes the live line away. */
  clear(): void;
}

/** What a progress line writes to and when. */
export interface ProgressLineOptions {
  write?: (text: string) => void;
  /** Whether the line can be drawn again. */
  terminal?: boolean;
  columns?: () => number;
  /** Milliseconds since any moment. */
  now?: () => number;
  /** Milliseconds without a line after which, away from a terminal, `show` prints one. */
  quietMs?: number;
}

const ERASE_LINE = "\r\x1b[K";

/** A progress line on standard output. */
export function progressLine({
  write = writeToStdout,
  terminal = Deno.stdout.isTerminal(),
  columns = terminalColumns,
  now = () => performance.now(),
  quietMs = 15_000,
}: ProgressLineOptions = {}): ProgressLine {
  let live = "";
  let last = now();
  return {
    show(shown) {
      const text = terminalText(shown);
      if (terminal) {
        live = text.slice(0, Math.max(1, columns() - 1));
        write(ERASE_LINE + live);
      } else if (now() - last >= quietMs) {
        last = now();
        write(`${text}\n`);
      }
    },
    say(said) {
      const text = terminalText(said, { newlines: true });
      last = now();
      write(`${live ? ERASE_LINE : ""}${text}\n${live}`);
    },
    clear() {
      if (live) write(ERASE_LINE);
      live = "";
    },
  };
}

/** A duration as people read it: `7 s`, `1:05 min`, `2:03 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (number: number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)} h` : `${minutes}:${two(whole % 60)} min`;
}

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}
