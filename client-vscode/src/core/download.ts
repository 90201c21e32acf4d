/** Reads what `refute model list` and `refute model pull` print with `--format jsonl`. */

export interface ModelFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly present: boolean;
}

/** The model of the catalogue that is called `name`, from the lines of `refute model list`. */
export function findModel(output: string, name: string): ModelFile | undefined {
  const models = output.split("\n").map((line) => modelFile(parse(line)));
  return models.find((model) => model?.name === name);
}

/** How much of a download is there, in percent, from a line of `refute model pull`; undefined where it is another line. */
export function percentOf(line: string): number | undefined {
  const { received, total } = parse(line);
  return typeof received === "number" && typeof total === "number" && total > 0
    ? Math.min(100, (100 * received) / total)
    : undefined;
}

/** The question before the download, with the size and the folder. */
export function question(model: ModelFile, compiles: boolean): string {
  const folder = model.path.replace(/[/\\][^/\\]*$/, "");
  const compiling = compiles ? " llama.cpp, which runs it, is then compiled on this machine: about five minutes." : "";
  return `Download the model ${model.name} (${size(model.bytes)}) into ${folder}?${compiling} Refute works meanwhile.`;
}

/** `bytes` for people, such as "1.1 GB". */
export function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`;
}

function modelFile({ name, path, bytes, present }: Fields): ModelFile | undefined {
  return typeof name === "string" &&
    typeof path === "string" &&
    typeof bytes === "number" &&
    typeof present === "boolean"
    ? { name, path, bytes, present }
    : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function parse(line: string): Fields {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
