using Spectre.Console;

namespace EmptyNumber.Benchmarks.Measuring;

/// <summary>A line of the result.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Measured">What came out, with its unit.</param>
/// <param name="Against">What it is compared with, with its unit; empty for a plain figure.</param>
/// <param name="Figure">The ratio or figure that the target is about.</param>
/// <param name="Target">The target.</param>
/// <param name="IsMet">Whether it is met; null where there is none.</param>
internal sealed record Line(string What, string Measured, string Against, string Figure, string Target, bool? IsMet);

/// <summary>Gathers what is measured, and shows it at the end.</summary>
internal sealed class Report(IAnsiConsole console)
{
    private const int Width = 150;
    private const double LeastShown = 0.03;

    private readonly List<Line> _lines = [];
    private readonly List<Measurement> _measurements = [];

    /// <summary>Says what goes on now.</summary>
    public void Progress(string text) => console.WriteLine(text);

    /// <summary>Adds a ratio of medians that must not be greater than its target.</summary>
    public void AddTimes(string what, Measurement measured, Measurement against, double target)
    {
        var ratio = measured.Median / against.Median;
        Add(new Line(what, Milliseconds(measured), Milliseconds(against), $"{ratio:0.00} ×", $"≤ {target:0.0} ×", ratio <= target), measured, against);
    }

    /// <summary>Adds a ratio of median rates that must not be less than its target.</summary>
    public void AddRates(string what, Measurement measured, Measurement against, double target)
    {
        var ratio = measured.Median / against.Median;
        Add(new Line(what, Rate(measured), Rate(against), $"{ratio:0.00} ×", $"≥ {target:0.0} ×", ratio >= target), measured, against);
    }

    /// <summary>Adds a line, and the measurements that it comes from.</summary>
    public void Add(Line line, params ReadOnlySpan<Measurement> measurements)
    {
        _lines.Add(line);
        foreach (var measurement in measurements)
            if (!_measurements.Contains(measurement))
                _measurements.Add(measurement);
    }

    /// <summary>Prints all of it.</summary>
    /// <param name="machine">Where it was measured.</param>
    public void Show(string machine)
    {
        if (console.Profile.Width < Width)
            console.Profile.Width = Width;
        var table = new Table().Border(TableBorder.Simple).AddColumns("what", "median (least to most)", "against", "result", "reach", "");
        foreach (var line in _lines)
        {
            var verdict = line.IsMet switch { true => "[green]met[/]", false => "[red]missed[/]", null => "" };
            table.AddRow(Markup.Escape(line.What), line.Measured, line.Against, line.Figure, line.Target, verdict);
        }

        console.Write(table);
        ShowProcessors();
        console.WriteLine($"{machine}, at the end {Machine.Load()}.");
    }

    private void ShowProcessors()
    {
        if (_measurements.Count == 0)
            return;
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("while").NoWrap()).AddColumn("processors busy on average, by process");
        foreach (var measurement in _measurements)
        {
            var cpu = measurement.Cpu;
            var users = cpu.ByUser.Select(used => (used.Key, used.Value / cpu.Elapsed)).Where(used => used.Item2 >= LeastShown)
                .OrderByDescending(used => used.Item2)
                .Concat([("other programs", cpu.Others / cpu.Elapsed), ("waiting for disk", cpu.Waiting / cpu.Elapsed)]);
            table.AddRow(measurement.Name, string.Join(", ", users.Select(used => $"{used.Item1} {used.Item2:0.00}")));
        }

        console.Write(table);
    }

    private static string Milliseconds(Measurement m) => $"{Milliseconds(m.Median)} ms ({Milliseconds(m.Least)} to {Milliseconds(m.Most)})";

    private static string Milliseconds(double seconds) => seconds < 0.1 ? $"{seconds * 1000:0.0}" : $"{seconds * 1000:#,0}";

    private static string Rate(Measurement m) => $"{m.Median:#,0}/s ({m.Least:#,0} to {m.Most:#,0})";
}
