using System.Net.Sockets;
using EmptyNumber.AppHost.LocalEngine.Processes;

namespace EmptyNumber.AppHost.LocalEngine.Servers;

/// <summary>A server of the system's packages on a folder of its own and on loopback ports of its own.</summary>
public abstract class LocalServer : LocalProcess
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(2);

    private readonly string[] _portNames;
    private IReadOnlyDictionary<string, int>? _ports;
    private bool _wasReady;

    private protected LocalServer(string name, string folder, Action<string, bool>? output, params string[] portNames)
        : base(name, output)
    {
        Folder = Path.GetFullPath(folder);
        _portNames = portNames;
    }

    /// <summary>The folder that holds all that the server writes.</summary>
    public string Folder { get; }

    /// <summary>The TCP port on 127.0.0.1 that clients use; the same after a restart, and for the same folder if it can be.</summary>
    public int Port => PortOf(_portNames[0]);

    private string ProcessNote => Path.Combine(Folder, "process");

    private protected int PortOf(string name) =>
        _ports?[name] ?? throw new InvalidOperationException($"{Name} was not started.");

    private protected override async Task PrepareAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(Folder);
        await Remnant.AwaitEndAsync(ProcessNote, ct);
        // Once clients may know the port it stays; before that, a port that somebody else was quicker to take is changed.
        if (_wasReady)
            return;
        FreePorts.Return(_ports?.Values ?? []);
        _ports = FreePorts.TakeKept(Path.Combine(Folder, "ports.json"), _portNames);
    }

    private protected override void OnLaunched() => Remnant.Note(ProcessNote, ProcessId);

    private protected override Task OnReadyAsync(CancellationToken ct)
    {
        _wasReady = true;
        return Task.CompletedTask;
    }

    /// <summary>Sends a greeting to the port and tells whether the answer starts as it should.</summary>
    private protected async Task<bool> AnswersAsync(ReadOnlyMemory<byte> greeting, ReadOnlyMemory<byte> answer, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ProbeLimit);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, limit.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(greeting, limit.Token);
            var received = new byte[answer.Length];
            await stream.ReadExactlyAsync(received, limit.Token);
            return received.AsSpan().SequenceEqual(answer.Span);
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }
}
