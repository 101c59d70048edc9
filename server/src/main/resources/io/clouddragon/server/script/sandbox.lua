-- What scripts find in their Lua: Redis 7.0's globals, none of which they can change.
--
-- Redis marks tables read-only inside its patched Lua. Stock Lua has no such mark, so scripts get stand-ins: empty tables
-- that show the original's fields and refuse to be written. The functions that look behind metatables (pairs, rawset...)
-- know the stand-ins; where they must be wrapped for that, they raise the same errors as the originals.
--
-- Called with what the server offers: host.interrupt (asked every so many instructions; gives the error to raise, or nil),
-- host.redis, host.loading (its form while a library is loaded), host.random..., host.libraries. Gives back what the server
-- keeps.

local host = ...

local READONLY = 'Attempt to modify a readonly table'
local INSTRUCTIONS_BETWEEN_INTERRUPTS = 100000
local HIDDEN = {}

local globals = getfenv(0)
local error, next, pairs, pcall, select, tonumber, tostring, type = error, next, pairs, pcall, select, tonumber, tostring, type
local xpcall = xpcall
local rawget, rawset, getmetatable, setmetatable = rawget, rawset, getmetatable, setmetatable
local unpack = unpack
local loadstring, newproxy, collectgarbage, setfenv = loadstring, newproxy, collectgarbage, setfenv
local table, string, coroutine, debug, math = table, string, coroutine, debug, math
local sethook, getinfo = debug.sethook, debug.getinfo
local byte, concat, insert = string.byte, table.concat, table.insert

-- Stand-in -> original.
local original = {}

local function refuse()
    error(READONLY, 2)
end

local function standIn(table, shownMetatable)
    local proxy = {}
    original[proxy] = table
    return setmetatable(proxy, {__index = table, __newindex = refuse, __metatable = shownMetatable or HIDDEN})
end

local function nonexistent(_, name)
    local kind = type(name)
    if kind ~= 'string' and kind ~= 'number' then
        error('Second argument to luaProtectedTableError must be a string or number', 2)
    end
    error("Script attempted to access nonexistent global variable '" .. name .. "'", 2)
end

local scriptGlobals = standIn(globals, standIn({__index = nonexistent}))
local scriptGlobalsMetatable = debug.getmetatable(scriptGlobals)

-- ---- errors as the originals raise them

local function typeName(count, i, value)
    return i > count and 'no value' or type(value)
end

local function badArgument(i, name, text)
    error("bad argument #" .. i .. " to '" .. name .. "' (" .. text .. ")", 3)
end

local function expectTable(name, ...)
    local value = ...
    if type(value) ~= 'table' then
        error("bad argument #1 to '" .. name .. "' (table expected, got " .. typeName(select('#', ...), 1, value) .. ")", 3)
    end
    return value
end

-- ---- the base library, aware of stand-ins

local base = {}

function base.next(...)
    local t, key = expectTable('next', ...), select(2, ...)
    return next(original[t] or t, key)
end

function base.pairs(...)
    local t = expectTable('pairs', ...)
    if original[t] then
        -- The script gets hold of what is returned here: never the original.
        return base.next, t, nil
    end
    return next, t, nil
end

function base.rawget(...)
    local t = expectTable('rawget', ...)
    if select('#', ...) < 2 then
        badArgument(2, 'rawget', 'value expected')
    end
    return rawget(original[t] or t, (select(2, ...)))
end

function base.rawset(...)
    local t = expectTable('rawset', ...)
    local count, _, key, value = select('#', ...), ...
    if count < 3 then
        badArgument(count + 1, 'rawset', 'value expected')
    end
    if original[t] then
        error(READONLY, 0)
    elseif key == nil then
        error('table index is nil', 0)
    elseif key ~= key then
        error('table index is NaN', 0)
    end
    return rawset(t, key, value)
end

function base.getmetatable(...)
    if select('#', ...) == 0 then
        badArgument(1, 'getmetatable', 'value expected')
    end
    local metatable = getmetatable((...))
    if metatable == HIDDEN then
        return nil
    end
    return metatable
end

function base.setmetatable(...)
    local t = expectTable('setmetatable', ...)
    local count, _, metatable = select('#', ...), ...
    if count < 2 or metatable ~= nil and type(metatable) ~= 'table' then
        badArgument(2, 'setmetatable', 'nil or table expected')
    end
    if original[t] then
        error(READONLY, 0)
    end
    local present = debug.getmetatable(t)
    if present and rawget(present, '__metatable') ~= nil then
        error('cannot change a protected metatable', 2)
    end
    return setmetatable(t, metatable)
end

-- Whether the error that is on its way was raised by an interrupt, see xpcall.
local interrupted = false

-- An error of redis.call is a table; scripts written before Redis 7 expect a text.
local function caught(ok, failure, ...)
    interrupted = interrupted and ok
    if not ok and type(failure) == 'table' then
        local text = failure.err
        if type(text) == 'string' or type(text) == 'number' then
            return false, text
        end
    end
    return ok, failure, ...
end

function base.pcall(...)
    return caught(pcall(...))
end

-- Slots of a call's stack (LUAI_MAXCSTACK).
local MAX_STACK = 8000

-- The original computes how many there are in 32 bits: beyond them it would write past the stack.
function base.unpack(...)
    local t, first, last = expectTable('unpack', ...), select(2, ...)
    local from = first == nil and 1 or tonumber(first)
    local to = last == nil and #t or tonumber(last)
    if not from then
        badArgument(2, 'unpack', 'number expected, got ' .. type(first))
    elseif not to then
        badArgument(3, 'unpack', 'number expected, got ' .. type(last))
    elseif not (to - from + select('#', ...) < MAX_STACK) then
        error('too many results to unpack', 2)
    end
    return unpack(...)
end

-- Compiled code is not taken: it could do anything to the interpreter. Behind a blank it is read as text.
local function compile(text, name)
    local chunk, failure = loadstring(byte(text, 1) == 27 and ' ' .. text or text, name or text)
    if chunk then
        return setfenv(chunk, scriptGlobals)
    end
    return nil, failure
end

function base.loadstring(...)
    local text, name = ...
    if type(text) ~= 'string' and type(text) ~= 'number' then
        badArgument(1, 'loadstring', 'string expected, got ' .. typeName(select('#', ...), 1, text))
    elseif name ~= nil and type(name) ~= 'string' and type(name) ~= 'number' then
        badArgument(2, 'loadstring', 'string expected, got ' .. type(name))
    end
    return compile(tostring(text), name and tostring(name))
end

function base.load(...)
    local reader, name = ...
    if type(reader) ~= 'function' then
        badArgument(1, 'load', 'function expected, got ' .. typeName(select('#', ...), 1, reader))
    elseif name ~= nil and type(name) ~= 'string' and type(name) ~= 'number' then
        badArgument(2, 'load', 'string expected, got ' .. type(name))
    end
    local pieces = {}
    while true do
        local ok, piece = pcall(reader)
        if not ok then
            return nil, piece
        elseif piece == nil or piece == '' then
            return compile(concat(pieces), name and tostring(name) or '=(load)')
        elseif type(piece) ~= 'string' and type(piece) ~= 'number' then
            return nil, 'reader function must return a string'
        end
        pieces[#pieces + 1] = piece
    end
end

-- When garbage is collected is the server's affair: memory is bounded by it.
local COLLECTOR_SETTINGS = {stop = 0, restart = 0, setpause = 200, setstepmul = 200}

function base.collectgarbage(option, argument)
    if COLLECTOR_SETTINGS[option] then
        return COLLECTOR_SETTINGS[option]
    elseif option == nil or option == 'collect' or option == 'count' or option == 'step' then
        return collectgarbage(option or 'collect')
    elseif type(option) ~= 'string' then
        badArgument(1, 'collectgarbage', 'string expected, got ' .. type(option))
    end
    badArgument(1, 'collectgarbage', "invalid option '" .. option .. "'")
end

function table.insert(...)
    local t = expectTable('insert', ...)
    local count, _, second, third = select('#', ...), ...
    if original[t] then
        error(READONLY, 0)
    elseif count == 2 then
        rawset(t, #t + 1, second)
    elseif count == 3 then
        local position = tonumber(second)
        if not position then
            badArgument(2, 'insert', 'number expected, got ' .. type(second))
        end
        insert(t, position, third)
    else
        error("wrong number of arguments to 'insert'", 2)
    end
end

local foreach = table.foreach

function table.foreach(...)
    local t, visit = ...
    return foreach(original[t] or t, visit)
end

-- ---- limits: time, and memory

local interrupt = host.interrupt
local limit = math.huge
local hook

-- Counts for one coroutine.
local function count(thread)
    if thread then
        sethook(thread, hook, '', INSTRUCTIONS_BETWEEN_INTERRUPTS)
    else
        sethook(hook, '', INSTRUCTIONS_BETWEEN_INTERRUPTS)
    end
end

function hook()
    local failure = interrupt()
    if failure then
        -- From now on at every line, so that no pcall can go on.
        interrupted = true
        sethook(hook, 'l')
        error(failure)
    end
end

-- Nothing interrupts the handler of an error that was raised by an interrupt: a script's own must not run then.
function base.xpcall(...)
    local body, handler = ...
    if select('#', ...) < 2 then
        badArgument(2, 'xpcall', 'value expected')
    end
    interrupted = false
    return xpcall(body, function(failure)
        if interrupted then
            return failure
        end
        return handler(failure)
    end)
end

local function outOfMemory()
    count()
    interrupted = true
    error('not enough memory', 0)
end

-- A collection finalizes this and makes it anew. It may happen in the middle of a call from outside of Lua, where an error
-- would go astray: so the error is raised at Lua's next instruction.
local function watchMemory()
    getmetatable(newproxy(true)).__gc = function()
        if collectgarbage('count') > limit then
            sethook(outOfMemory, '', 1)
        end
        watchMemory()
    end
end

-- One collection is done as a whole, when memory has doubled since the last one: none is missed by a sudden growth.
collectgarbage('setstepmul', 0)
watchMemory()
count()

-- ---- coroutines: each has its own hook

local create, resume = coroutine.create, coroutine.resume

function coroutine.create(...)
    local body = ...
    if type(body) ~= 'function' then
        badArgument(1, 'create', 'Lua function expected')
    end
    local thread = create(body)
    count(thread)
    return thread
end

local function resumed(ok, ...)
    if ok then
        return ...
    end
    local failure = ...
    error(failure, type(failure) == 'string' and 3 or 0)
end

function coroutine.wrap(...)
    local body = ...
    if type(body) ~= 'function' then
        badArgument(1, 'wrap', 'Lua function expected')
    end
    local thread = create(body)
    count(thread)
    return function(...)
        return resumed(resume(thread, ...))
    end
end

-- ---- errors that end a script

-- Adds where it happened: in the script's code, not in a function that it called, whoever wrote that.
local function isOwn(info)
    return info and (info.source == '=sandbox' or info.what == 'tail')
end

local function handle(failure)
    local level = 2
    local info = getinfo(level, 'Sl')
    while isOwn(info) do
        level = level + 1
        info = getinfo(level, 'Sl')
    end
    if info and info.what == 'C' then
        repeat
            level = level + 1
            info = getinfo(level, 'Sl')
        until not isOwn(info)
    end
    if type(failure) ~= 'table' then
        failure = {err = 'ERR ' .. tostring(failure)}
    end
    if info then
        failure.source = info.source
        failure.line = info.currentline
    end
    return failure
end

-- ---- the globals that scripts see

math.random, math.randomseed = host.random, host.randomseed
for name, functions in pairs(host.libraries) do
    rawset(globals, name, functions)
end
rawset(globals, 'redis', host.redis)
for name, value in pairs(base) do
    rawset(globals, name, value)
end
for _, name in pairs {
    'debug', 'dofile', 'getfenv', 'io', 'java', 'loadfile', 'module', 'newproxy', 'os', 'package', 'print', 'require', 'setfenv'
} do
    rawset(globals, name, nil)
end
for name, value in pairs(globals) do
    if type(value) == 'table' then
        rawset(globals, name, standIn(value))
    end
end
rawset(globals, '_G', scriptGlobals)

local ofStrings = getmetatable('')
ofStrings.__metatable = standIn({__index = rawget(globals, 'string')})

setmetatable(globals, {__index = nonexistent})

-- A library that is being loaded sees nothing but a small redis.
local whileLoading = setmetatable({redis = standIn(setmetatable(host.loading, {__index = nonexistent}))}, {__index = nonexistent})

local function visible(isLoading)
    scriptGlobalsMetatable.__index = isLoading and whileLoading or globals
end

local function setLimit(kilobytes)
    limit = kilobytes
end

-- Needs as much of Lua's call stack as the finalizer above.
local function headroom()
    type(nil)
end

return globals, scriptGlobals, handle, count, setLimit, visible, headroom, hook
