-- Neovim's own client, without plugins: a diagnostic, its quick fix, saved. Needs no more than Neovim 0.7.
local refute, file = vim.split(vim.env.REFUTE, ' '), vim.env.FILE

local function wait_for(what, probe)
  assert(vim.wait(60000, probe, 50), 'waited in vain: ' .. what)
end

local function check()
  vim.cmd('edit ' .. file)
  local settings = { model = 'none', python = vim.env.PYTHON }
  local client = assert(vim.lsp.start_client({
    name = 'refute',
    cmd = refute,
    root_dir = vim.fn.fnamemodify(file, ':h'),
    init_options = { settings = settings },
    settings = { refute = settings },
  }), 'no client')
  assert(vim.lsp.buf_attach_client(0, client), 'not attached')
  vim.cmd('normal Go')
  vim.cmd('silent write')
  wait_for('a diagnostic', function() return #vim.diagnostic.get(0) > 0 end)
  local found = vim.diagnostic.get(0)[1]
  print('diagnostic: ' .. found.message)

  local fix
  wait_for('a fix', function()
    local params = vim.lsp.util.make_given_range_params({ found.lnum + 1, found.col }, { found.end_lnum + 1, found.end_col })
    params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(0, found.lnum), only = { 'quickfix' } }
    local answers = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 10000)
    for _, action in ipairs(answers[client].result or {}) do
      if action.isPreferred then fix = action end
    end
    return fix ~= nil
  end)
  print('fix: ' .. fix.title)
  if not fix.edit then
    fix = vim.lsp.buf_request_sync(0, 'codeAction/resolve', fix, 10000)[client].result
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
