using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.Detection;

/// <summary>Submitting a list and a file, against <c>COPY</c> of the same rows by psql; memory; cost per number.</summary>
internal sealed class SubmitPart(Suite suite, Backstage backstage, Customer customer, BenchOptions options)
{
    private const int ListSize = 100_000;
    private const int FileSize = 1_000_000;
    private const double MaxBytes = 150e6;
    private const double Flat = 1.2;

    private static readonly (int Size, int Times)[] SmallSizes = [(1_000, 10), (10_000, 5)];
    private static readonly string[] Watched = ["detection", "gateway"];

    private readonly Dictionary<string, long> _uploadPeaks = [];
    private readonly Dictionary<string, long> _readPeaks = [];

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var (list, file) = (options.Size(ListSize), options.Size(FileSize));
        var json = Numbers.Json(list);
        var path = Path.Combine(suite.Folder, "numbers.txt");
        await File.WriteAllLinesAsync(path, Numbers.Take(file), cancellationToken);

        report.Progress("Submitting: warming up.");
        var (listTask, _) = await customer.SubmitAsync(json, cancellationToken);
        var listRows = await ExportAsync(listTask, "list.copy", cancellationToken);
        var (fileTask, _) = await customer.SubmitFileAsync(path, cancellationToken);
        var fileRows = await ExportAsync(fileTask, "file.copy", cancellationToken);

        var post = New($"POST /detect/, {list:#,0} numbers");
        var copyList = New($"psql \\copy, {list:#,0} rows");
        var upload = New($"POST /detect/file/, {file:#,0} numbers");
        var copyFile = New($"psql \\copy, {file:#,0} rows");
        var small = SmallSizes.Where(small => small.Size < list).Select(small => (small.Times, Json: Numbers.Json(small.Size), small.Size, Measurement: New($"POST /detect/, {small.Size:#,0} numbers"))).ToArray();
        for (var repetition = 1; repetition <= options.Repetitions; repetition++)
        {
            report.Progress($"Submitting: {repetition} of {options.Repetitions}.");
            await SubmitAsync(post, () => customer.SubmitAsync(json, cancellationToken), backstage.LevelAsync, cancellationToken);
            await CopyAsync(copyList, listRows, list, cancellationToken);
            await UploadAsync(upload, path, cancellationToken);
            await CopyAsync(copyFile, fileRows, file, cancellationToken);
            foreach (var (times, body, _, measurement) in small)
                for (var i = 0; i < times; i++)
                    await SubmitAsync(measurement, () => customer.SubmitAsync(body, cancellationToken), backstage.RestAsync, cancellationToken);
        }

        report.AddTimes(post.Name, post, copyList, 2.0);
        report.AddTimes(upload.Name, upload, copyFile, 2.5);
        AddPeaks(report, $"peak memory, file of {file:#,0}", _uploadPeaks);
        AddPeaks(report, $"peak memory, GET /phone/ of {file:#,0}", _readPeaks);
        AddCosts(report, [.. small.Select(small => (small.Size, small.Measurement)), (list, post), (file, upload)]);
    }

    private Measurement New(string name) => new(name, backstage.Processes);

    private async Task<string> ExportAsync(long task, string name, CancellationToken cancellationToken)
    {
        var path = Path.Combine(suite.Folder, name);
        await backstage.ExportAsync(task, path, cancellationToken);
        await customer.DeleteAsync(task, cancellationToken);
        return path;
    }

    private async Task SubmitAsync(
        Measurement measurement, Func<Task<(long Task, double Seconds)>> submit, Func<CancellationToken, Task> prepare, CancellationToken cancellationToken)
    {
        await prepare(cancellationToken);
        long task = 0;
        await measurement.TakeAsync(async () =>
        {
            (task, var seconds) = await submit();
            return seconds;
        });
        await customer.DeleteAsync(task, cancellationToken);
    }

    private async Task CopyAsync(Measurement measurement, string rows, int count, CancellationToken cancellationToken)
    {
        await backstage.LevelAsync(cancellationToken);
        await backstage.CreateBaselineTaskAsync(count, cancellationToken);
        await measurement.TakeAsync(() => backstage.CopyAsync(rows, cancellationToken));
    }

    /// <summary>As any submission, but the task is read once before it is deleted, for the memory that this takes.</summary>
    private async Task UploadAsync(Measurement measurement, string path, CancellationToken cancellationToken)
    {
        await backstage.LevelAsync(cancellationToken);
        long task = 0;
        await PeaksAsync(_uploadPeaks, () => measurement.TakeAsync(async () =>
        {
            (task, var seconds) = await customer.SubmitFileAsync(path, cancellationToken);
            return seconds;
        }));
        await PeaksAsync(_readPeaks, () => customer.ReadAllAsync(cancellationToken));
        await customer.DeleteAsync(task, cancellationToken);
    }

    private async Task PeaksAsync(Dictionary<string, long> peaks, Func<Task> work)
    {
        foreach (var service in Watched)
            backstage.Processes.ForgetPeak(service);
        await work();
        foreach (var service in Watched)
            peaks[service] = Math.Max(peaks.GetValueOrDefault(service), backstage.Processes.Peak(service));
    }

    private void AddPeaks(Report report, string what, Dictionary<string, long> peaks)
    {
        var most = peaks.Values.Max();
        report.Add(new Line(what, string.Join("; ", peaks.Select(peak => $"{peak.Key} {peak.Value / 1e6:0} MB, {backstage.Processes.Shared(peak.Key) / 1e6:0} of it shared")), "", $"{most / 1e6:0} MB", $"< {MaxBytes / 1e6:0} MB", most < MaxBytes));
    }

    /// <summary>The cost per number, and, as what a request costs by itself weighs on few numbers, that of each number beyond the next smaller size.</summary>
    private static void AddCosts(Report report, IReadOnlyList<(int Size, Measurement Measurement)> sizes)
    {
        var costs = sizes.Select(size => (size.Size, size.Measurement.Median / size.Size * 1e6)).ToArray();
        var further = sizes.Zip(sizes.Skip(1), (less, more) =>
            (more.Size, (more.Measurement.Median - less.Measurement.Median) / (more.Size - less.Size) * 1e6)).ToArray();
        AddCosts(report, "cost per number, dearest to cheapest", costs, [.. sizes.Select(size => size.Measurement)]);
        AddCosts(report, "cost of each further number", further, []);
    }

    private static void AddCosts(Report report, string what, IReadOnlyList<(int Size, double Microseconds)> costs, Measurement[] measurements)
    {
        var ratio = costs.Max(cost => cost.Microseconds) / costs.Min(cost => cost.Microseconds);
        report.Add(
            new Line(what, string.Join("; ", costs.Select(cost => $"{cost.Size:#,0}: {cost.Microseconds:0.0} µs")), "itself", $"{ratio:0.00} ×", $"≤ {Flat} ×", ratio <= Flat),
            measurements);
    }
}
