-- Neovim's own client, without plugins: a diagnostic, its quick fix, saved. CONFIGURATION is what docs/lsp.md says to put
-- into init.lua; without it the client is started by hand, as Neovim 0.7 needs it.
local file = vim.env.FILE

local function wait_for(what, probe)
  assert(vim.wait(240000, probe, 50), 'waited in vain: ' .. what)
end

local function start_by_hand()
  vim.cmd('edit ' .. file)
  local client = assert(vim.lsp.start_client({
    name = 'refute',
    cmd = { 'refute', 'serve' },
    root_dir = vim.fn.fnamemodify(file, ':h'),
    settings = { refute = { examples = 200 } },
  }), 'no client')
  assert(vim.lsp.buf_attach_client(0, client), 'not attached')
  return client
end

local function start_as_documented()
  assert(load(vim.env.CONFIGURATION))()
  vim.cmd('edit ' .. file)
  wait_for('a client', function() return #vim.lsp.get_clients({ name = 'refute' }) == 1 end)
  return vim.lsp.get_clients({ name = 'refute' })[1].id
end

local function check()
  local client = vim.env.CONFIGURATION and start_as_documented() or start_by_hand()
  vim.cmd('normal Go')
  vim.cmd('silent write')
  wait_for('a diagnostic', function() return #vim.diagnostic.get(0) > 0 end)
  local found = vim.diagnostic.get(0)[1]
  print('diagnostic: ' .. found.message)

  local function request(method, params)
    return vim.lsp.buf_request_sync(0, method, params, 60000)[client].result
  end
  local fix
  wait_for('a fix', function()
    local params = {
      textDocument = { uri = vim.uri_from_bufnr(0) },
      range = {
        start = { line = found.lnum, character = found.col },
        ['end'] = { line = found.end_lnum, character = found.end_col },
      },
      context = { diagnostics = {}, only = { 'quickfix' } },
    }
    for _, action in ipairs(request('textDocument/codeAction', params) or {}) do
      if action.isPreferred then fix = action end
    end
    return fix ~= nil
  end)
  print('fix: ' .. fix.title)
  if not fix.edit then
    fix = request('codeAction/resolve', fix)
  end
  vim.lsp.util.apply_workspace_edit(fix.edit, vim.lsp.get_client_by_id(client).offset_encoding)
  vim.cmd('silent write')
  wait_for('no diagnostic', function() return #vim.diagnostic.get(0) == 0 end)
  vim.lsp.stop_client(client)
  wait_for('the end of the server', function() return vim.lsp.get_client_by_id(client) == nil end)
end

local ok, err = pcall(check)
if not ok then
  print('failed: ' .. err)
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
