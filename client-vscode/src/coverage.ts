/** "Run with coverage" in the Testing view: which lines of functions the inputs of their checks reach. */

import * as vscode from "vscode";
import type { Inputs } from "./core/protocol";
import type { Server } from "./server";

export class Coverage {
  private readonly details = new WeakMap<vscode.FileCoverage, vscode.FileCoverageDetail[]>();

  constructor(private readonly server: Server) {}

  /** Add the lines that the inputs of `functions` reach to `run`. */
  async collect(
    run: vscode.TestRun,
    functions: readonly vscode.TestItem[],
    token: vscode.CancellationToken,
  ): Promise<void> {
    const files = new Map<string, vscode.StatementCoverage[]>();
    for (const item of functions) {
      if (item.uri !== undefined && !token.isCancellationRequested) {
        const known = files.get(item.uri.toString()) ?? [];
        files.set(item.uri.toString(), [...known, ...(await this.statements(item))]);
      }
    }
    for (const [uri, statements] of files) {
      if (statements.length > 0) {
        const file = vscode.FileCoverage.fromDetails(vscode.Uri.parse(uri), statements);
        this.details.set(file, statements);
        run.addCoverage(file);
      }
    }
  }

  /** The lines of one file that was added. */
  load(file: vscode.FileCoverage): vscode.FileCoverageDetail[] {
    return this.details.get(file) ?? [];
  }

  private async statements(item: vscode.TestItem): Promise<vscode.StatementCoverage[]> {
    const argument = { uri: item.uri?.toString(), function: item.id };
    const inputs = (await this.server.execute("refute.inputs", argument)) as Inputs | undefined;
    const lines = inputs === undefined || inputs.calls === 0 ? [] : inputs.lines;
    return lines.map(({ line, calls }) => new vscode.StatementCoverage(calls, new vscode.Position(line - 1, 0)));
  }
}
