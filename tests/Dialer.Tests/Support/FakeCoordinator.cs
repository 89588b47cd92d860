using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.Dialer.Tests.Support;

/// <summary>What a dialer did, in the order of arrival. <paramref name="What"/> is the operation, or the status that was reported.</summary>
internal sealed record Deed(string What, string Client, string Extension = "", string Number = "");

/// <summary>What a dialer uploaded.</summary>
internal sealed record UploadedCall(string Client, string Extension, string Number, byte[] Wav, IReadOnlyDictionary<string, string> Fields);

/// <summary>A coordinator with the rules of the dialer API and nothing behind it, over real HTTP.</summary>
internal sealed class FakeCoordinator : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly WebApplication _app;
    private readonly Dictionary<string, Extension> _extensions;
    private readonly Queue<string> _waiting = new();
    private HashSet<string> _clients = [];

    private FakeCoordinator(int extensions)
    {
        _extensions = Enumerable.Range(1000, extensions).ToDictionary(number => $"{number}", number => new Extension($"{number}"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Use((context, next) => Intercept is { } intercept ? intercept(context, next) : next(context));
        Map(_app);
    }

    /// <summary>Stands before every request: may answer it, delay it, or spoil its answer.</summary>
    public Func<HttpContext, RequestDelegate, Task>? Intercept { get; set; }

    public string Address => _app.Urls.Single();

    public ConcurrentQueue<Deed> Deeds { get; } = new();

    public ConcurrentQueue<UploadedCall> Uploads { get; } = new();

    /// <summary>Numbers that were given back without an upload.</summary>
    public ConcurrentQueue<string> Requeued { get; } = new();

    public static async Task<FakeCoordinator> StartAsync(int extensions = 20)
    {
        var coordinator = new FakeCoordinator(extensions);
        await coordinator._app.StartAsync();
        return coordinator;
    }

    public int Count(string what) => Deeds.Count(deed => deed.What == what);

    /// <summary>The first part of a request's path.</summary>
    public static string Operation(HttpContext context) => context.Request.Path.Value!.Split('/')[1];

    /// <summary>So many different numbers.</summary>
    public static List<string> Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => $"138{i:00000000}")];

    /// <summary>The coordinator does what it is asked, and its answer is lost on the way.</summary>
    public static async Task DropAnswerAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Body = new MemoryStream();
        await next(context);
        context.Abort();
    }

    public void Enqueue(IEnumerable<string> numbers)
    {
        lock (_lock)
        {
            foreach (var number in numbers)
                _waiting.Enqueue(number);
        }
    }

    public void AddExtension(string number)
    {
        lock (_lock)
            _extensions.Add(number, new Extension(number));
    }

    /// <summary>All clients are lost, as after 15 s of silence.</summary>
    public void ForgetClients()
    {
        lock (_lock)
        {
            _clients = [];
            foreach (var extension in _extensions.Values)
                Free(extension);
        }
    }

    /// <summary>Takes one extension from its client.</summary>
    public void TakeAway(string number)
    {
        lock (_lock)
            Free(_extensions[number]);
    }

    public int Leased()
    {
        lock (_lock)
            return _extensions.Values.Count(extension => extension.Client is not null);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/notify", (string? name) => Locked(() =>
        {
            var client = Guid.NewGuid().ToString("N");
            _clients.Add(client);
            Deeds.Enqueue(new Deed("notify", client, Number: name ?? ""));
            return Ok(new { clientId = client });
        }));
        app.MapDelete("/notify/{client}", (string client) => ForClient("leave", client, () =>
        {
            _clients.Remove(client);
            foreach (var extension in _extensions.Values.Where(extension => extension.Client == client))
                Free(extension);
            return Ok(new { timestamp = "1" });
        }));
        app.MapPost("/heartbeat/{client}", (string client) => ForClient("heartbeat", client, () => Ok(new { timestamp = "1" })));
        app.MapGet("/accounts/{client}", (string client, int threadsNum, bool partial) => ForClient("accounts", client, () =>
        {
            var mine = _extensions.Values.Where(extension => extension.Client == client).ToList();
            mine.AddRange(_extensions.Values.Where(extension => extension.Client is null).Take(threadsNum - mine.Count));
            if (mine.Count < threadsNum && !partial)
                return Refuse(409, "too few");
            mine.ForEach(extension => extension.Client = client);
            return Ok(new { accounts = mine.Select(extension => new { extensionNum = extension.Number, password = "secret" }) });
        }));
        app.MapGet("/dialplan/{client}", (string client) => ForClient("dialplan", client, () =>
        {
            var plans = new List<object>();
            foreach (var extension in _extensions.Values.Where(extension => extension.Client == client && !extension.Busy))
            {
                if (extension.Given is null && _waiting.TryDequeue(out var number))
                    extension.Given = number;
                if (extension.Given is not null)
                    plans.Add(new { extensionNum = extension.Number, phoneNum = extension.Given });
            }

            return Ok(new { dialplans = plans });
        }));
        app.MapGet("/status/{client}", (string client, string status, string extensionNum, string? phoneNum) =>
            ForClient(status, client, extensionNum, phoneNum ?? "", () => ForExtension(client, extensionNum, extension =>
            {
                extension.Busy = status is "call" or "during";
                if (status == "idle" && extension.Begun)
                    Requeue(extension);
                extension.Begun |= extension.Busy;
                return Ok(new { timestamp = "1" });
            })));
        app.MapPost("/dial_wav/{client}", async (string client, HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            using var wav = new MemoryStream();
            await form.Files["file_name"]!.CopyToAsync(wav);
            var fields = form.ToDictionary(field => field.Key, field => field.Value.ToString());
            string extensionNum = fields["extensionNum"], phone = fields["phone"];
            return ForClient("upload", client, extensionNum, phone, () => ForExtension(client, extensionNum, extension =>
            {
                Uploads.Enqueue(new UploadedCall(client, extensionNum, phone, wav.ToArray(), fields));
                extension.Given = null;
                extension.Begun = false;
                return Ok(new { timestamp = "1" });
            }));
        });
    }

    private IResult ForClient(string what, string client, Func<IResult> act) => ForClient(what, client, "", "", act);

    private IResult ForClient(string what, string client, string extension, string number, Func<IResult> act) => Locked(() =>
    {
        Deeds.Enqueue(new Deed(what, client, extension, number));
        return _clients.Contains(client) ? act() : Refuse(404, "unknown client");
    });

    private IResult ForExtension(string client, string number, Func<Extension, IResult> act) =>
        _extensions.TryGetValue(number, out var extension) && extension.Client == client ? act(extension) : Refuse(409, "not leased");

    private IResult Locked(Func<IResult> act)
    {
        lock (_lock)
            return act();
    }

    private void Free(Extension extension)
    {
        Requeue(extension);
        extension.Client = null;
        extension.Busy = false;
    }

    private void Requeue(Extension extension)
    {
        if (extension.Given is { } number)
        {
            _waiting.Enqueue(number);
            Requeued.Enqueue(number);
        }

        extension.Given = null;
        extension.Begun = false;
    }

    private static IResult Ok(object data) => Results.Json(new { code = 200, msg = "", data });

    private static IResult Refuse(int code, string why) => Results.Json(new { code, msg = why, data = new { } }, statusCode: code);

    private sealed class Extension(string number)
    {
        public string Number { get; } = number;

        public string? Client { get; set; }

        public string? Given { get; set; }

        public bool Begun { get; set; }

        public bool Busy { get; set; }
    }
}
