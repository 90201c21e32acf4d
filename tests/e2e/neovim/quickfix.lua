-- A violation appears, its quick fix is applied, the file is saved, and the violation is gone.
-- In the environment: SERVER (a JSON list of arguments), FILE, FIXED (the line that the fix makes).

local function die(message)
  io.stdout:write(message .. '\n')
  vim.cmd('cquit 1')
end

local function wait_for(what, condition)
  assert(vim.wait(120000, condition, 50), 'waited in vain for ' .. what)
end

local function here()
  return vim.diagnostic.get(0)
end

local ok, failure = pcall(function()
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.FILE))
  local id = assert(vim.lsp.start_client({
    name = 'refute',
    cmd = vim.fn.json_decode(vim.env.SERVER),
    root_dir = vim.fn.fnamemodify(vim.env.FILE, ':h'),
    settings = { refute = { examples = 50 } },
  }), 'the server does not start')
  vim.lsp.buf_attach_client(0, id)
  local client = vim.lsp.get_client_by_id(id)

  wait_for('a violation', function() return #here() == 1 end)
  local found = here()[1]
  assert(found.source == 'refute' and found.severity == vim.diagnostic.severity.WARN, vim.inspect(found))

  local fix
  wait_for('a preferred quick fix', function()
    local params = vim.lsp.util.make_given_range_params({ found.lnum + 1, found.col }, { found.lnum + 1, found.col })
    params.context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(0, found.lnum), only = { 'quickfix' } }
    local answers = assert(vim.lsp.buf_request_sync(0, 'textDocument/codeAction', params, 60000), 'no code actions')
    fix = answers[id].result[1]
    return fix ~= nil and fix.isPreferred
  end)
  if fix.edit == nil then
    fix = assert(client.request_sync('codeAction/resolve', fix, 60000, 0)).result
  end
  vim.lsp.util.apply_workspace_edit(fix.edit, client.offset_encoding)
  vim.cmd('silent write')
  wait_for('the end of the violation', function() return #here() == 0 end)
  assert(vim.fn.index(vim.fn.readfile(vim.env.FILE), vim.env.FIXED) >= 0, 'the file was not mended')

  vim.lsp.stop_client(id)
  wait_for('the end of the server', function() return vim.lsp.get_client_by_id(id) == nil end)
end)
if not ok then
  die(tostring(failure))
end
vim.cmd('qall!')
