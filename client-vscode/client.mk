# make client       build the VS Code client
# make client-test  its format, lint, types and unit tests
# make vsix         client-vscode/refute.vsix, with the server in it
# make e2e          the .vsix in a real VS Code workbench, and Neovim
CLIENT := client-vscode
CLIENT_NPM := $(CLIENT)/node_modules/.installed
VSIX := $(CLIENT)/refute.vsix
PYTHON_SOURCES := pyproject.toml README.md $(shell find server properties sandbox -name '*.py' 2>/dev/null)
CLIENT_SOURCES := $(CLIENT)/package.json $(CLIENT)/esbuild.mjs $(CLIENT)/tsconfig.json $(shell find $(CLIENT)/src -name '*.ts')

.PHONY: client client-test vsix e2e

$(CLIENT_NPM): $(CLIENT)/package-lock.json
	@command -v npm >/dev/null || { echo "The VS Code client needs Node 20 or newer with npm"; exit 1; }
	cd $(CLIENT) && npm ci --ignore-scripts
	@touch $@

$(CLIENT)/dist/extension.js: $(CLIENT_SOURCES) $(CLIENT_NPM)
	cd $(CLIENT) && npm run --silent build

client: $(CLIENT)/dist/extension.js

client-test: $(CLIENT_NPM)
	cd $(CLIENT) && npm run --silent check && npm run --silent test

$(CLIENT)/bundled/.built: $(PYTHON_SOURCES) $(STAMP)
	rm -rf $(CLIENT)/bundled
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir $(CLIENT)/bundled .
	@touch $@

$(VSIX): $(CLIENT)/dist/extension.js $(CLIENT)/bundled/.built $(CLIENT)/README.md $(CLIENT)/.vscodeignore \
		$(wildcard $(CLIENT)/walkthrough/* $(CLIENT)/images/*)
	cp LICENSE $(CLIENT)/LICENSE
	cd $(CLIENT) && npm run --silent package

vsix: $(VSIX)

e2e: $(VSIX)
	bash tests/e2e/vscode/run.sh
