"""The commands. Each is thin: it parses options, calls one part of Refute and prints what came back.

Results go to stdout, everything else to stderr. Modules here import the parts they call inside functions, so that
`refute --version` starts at once; nothing else may import this package.
"""
