;;; emacs.el -*- lexical-binding: t -*-
;; Eglot with what docs/lsp.md says to put into init.el: a diagnostic, its quick fix, saved.
(package-initialize)
(require 'eglot)
(require 'flymake)

(defun wait-for (what probe)
  "Call PROBE until it gives something, and return that; WHAT is said where it never does."
  (let ((end (+ (float-time) 240)) found)
    (while (not (setq found (funcall probe)))
      (when (> (float-time) end) (error "Waited in vain: %s" what))
      (accept-process-output nil 0.1))
    found))

(defun quick-fix (found)
  "The preferred code action for the flymake diagnostic FOUND, if it is there yet."
  (let* ((eglot-action (eglot-code-actions (flymake-diagnostic-beg found) (flymake-diagnostic-end found) "quickfix")))
    (seq-find (lambda (action) (eq (plist-get action :isPreferred) t)) eglot-action)))

(setq eglot-sync-connect 60 eglot-connect-timeout 60)
(with-temp-buffer
  (insert (getenv "CONFIGURATION"))
  (eval-buffer))
(find-file (getenv "FILE"))
(apply #'eglot--connect (eglot--guess-contact))
(wait-for "a managed buffer" #'eglot-managed-p)
(flymake-mode 1)
(goto-char (point-max))
(insert "\n")
(save-buffer)
(let* ((found (wait-for "a diagnostic" (lambda () (flymake-start) (car (flymake-diagnostics)))))
       (fix (progn
              (message "diagnostic: %s" (flymake-diagnostic-text found))
              (wait-for "a fix" (lambda () (quick-fix found))))))
  (message "fix: %s" (plist-get fix :title))
  (unless (plist-get fix :edit)
    (setq fix (jsonrpc-request (eglot-current-server) :codeAction/resolve fix)))
  (eglot--apply-workspace-edit (plist-get fix :edit)))
(save-buffer)
(wait-for "no diagnostic" (lambda () (flymake-start) (null (flymake-diagnostics))))
(eglot-shutdown (eglot-current-server))
