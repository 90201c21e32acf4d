/** The latest verdicts of each open document, for everything in the client that shows them. */

import * as vscode from "vscode";
import { mended } from "./core/functions";
import type { DocumentVerdicts } from "./core/protocol";
import type { Server } from "./server";
import { setContext } from "./vscodeapi";

export class Verdicts implements vscode.Disposable {
  private readonly documents = new Map<string, DocumentVerdicts>();
  private readonly changes = new vscode.EventEmitter<DocumentVerdicts>();
  private readonly disposables: readonly vscode.Disposable[];

  readonly onDidChange = this.changes.event;

  constructor(server: Server) {
    this.disposables = [this.changes, server.onVerdicts((verdicts) => this.receive(verdicts))];
  }

  of(uri: vscode.Uri): DocumentVerdicts | undefined {
    return this.documents.get(uri.toString());
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private receive(verdicts: DocumentVerdicts): void {
    const key = vscode.Uri.parse(verdicts.uri).toString();
    const before = this.documents.get(key)?.functions ?? [];
    if (verdicts.functions.length === 0) {
      this.documents.delete(key);
    } else {
      this.documents.set(key, verdicts);
    }
    if (verdicts.functions.some(({ verdict }) => verdict === "violated")) {
      setContext("hasViolation", true);
    }
    if (mended(before, verdicts.functions).length > 0) {
      setContext("hasFixed", true);
    }
    this.changes.fire(verdicts);
  }
}
