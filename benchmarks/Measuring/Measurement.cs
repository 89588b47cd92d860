namespace EmptyNumber.Benchmarks.Measuring;

/// <summary>One thing that is measured again and again, and who used the processors meanwhile.</summary>
/// <param name="name">What it is.</param>
/// <param name="processes">Those of the suite.</param>
internal sealed class Measurement(string name, ProcessTable processes)
{
    private readonly List<double> _values = [];

    public string Name => name;

    public IReadOnlyList<double> Values => _values;

    public double Median => _values.Order().ElementAt((_values.Count - 1) / 2) / 2 + _values.Order().ElementAt(_values.Count / 2) / 2;

    public double Least => _values.Min();

    public double Most => _values.Max();

    /// <summary>The processors, over all its repetitions.</summary>
    public CpuTimes Cpu { get; private set; } = CpuTimes.None;

    /// <summary>Measures once.</summary>
    /// <param name="work">Does it, and tells the result.</param>
    public async Task TakeAsync(Func<Task<double>> work)
    {
        var before = processes.Read();
        _values.Add(await work());
        Cpu += processes.Read() - before;
    }
}
