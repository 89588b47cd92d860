using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>What a process is doing.</summary>
internal enum ProcessState
{
    Waiting,
    Starting,
    Running,
    Finished,
    Restarting,
    Failed,
    Stopped,
}

/// <summary>A process as the list shows it.</summary>
/// <param name="Name">The resource.</param>
/// <param name="Replica">Which of its processes, from 0.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Pid">Its process id, which is also its process group; null when there is no process.</param>
/// <param name="Url">Where it listens; null when it does not.</param>
/// <param name="Restarts">How often it was started again after a crash.</param>
internal sealed record ProcessStatus(string Name, int Replica, ProcessState State, int? Pid, string? Url, int Restarts);

/// <summary>
/// Keeps the status of every process: a line on the screen at each change, and a file for programs,
/// <c>{"launcher":pid,"resources":[{"name","replica","state","pid","url","restarts"}]}</c>.
/// </summary>
internal sealed class StatusBoard(string file, int nameWidth)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Name, int Replica), ProcessStatus> _processes = [];

    public void Set(ProcessStatus status, string label, string? detail = null)
    {
        lock (_gate)
        {
            var before = _processes.GetValueOrDefault((status.Name, status.Replica));
            _processes[(status.Name, status.Replica)] = status;
            Write();
            if (status.State == before?.State || status.State == ProcessState.Waiting)
                return;
        }

        var line = $"{label.PadRight(nameWidth)}  {status.State.ToString().ToLowerInvariant(),-10}  {detail ?? status.Url}";
        Terminal.WriteLine(line.TrimEnd(), StyleOf(status.State));
    }

    private static Style StyleOf(ProcessState state) => state switch
    {
        ProcessState.Running or ProcessState.Finished => new Style(Color.Green),
        ProcessState.Restarting => new Style(Color.Yellow),
        ProcessState.Failed => new Style(Color.Red),
        _ => Style.Plain,
    };

    /// <summary>Replaced whole, so that a reader never sees half of it.</summary>
    private void Write()
    {
        var next = file + ".new";
        File.WriteAllText(next, JsonSerializer.Serialize(new { launcher = Environment.ProcessId, resources = _processes.Values }, Json));
        File.Move(next, file, overwrite: true);
    }
}
