using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.Detection;

/// <summary>Submitting a list and a file, against <c>COPY</c> of the same rows by psql; memory; cost per number.</summary>
internal sealed class SubmitPart(Suite suite, Backstage backstage, Customer customer, BenchOptions options)
{
    private const int ListSize = 100_000;
    private const int FileSize = 1_000_000;
    private const double MaxBytes = 150e6;
    private const double Flat = 0.2;

    /// <summary>Requests after which the runtime has compiled their code as well as it can: it begins with the 30th call of a method.</summary>
    private const int UntilOptimised = 60;

    private static readonly (int Size, int Times)[] SmallerSizes = [(1_000, 10), (10_000, 5), (100_000, 1)];
    private static readonly string[] Watched = ["detection", "gateway"];

    private readonly Dictionary<string, long> _uploadPeaks = [];
    private readonly Dictionary<string, long> _readPeaks = [];

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var (list, file) = (options.Size(ListSize), options.Size(FileSize));
        var json = Numbers.Json(list);
        var path = await WriteAsync(file, cancellationToken);

        report.Progress("Submitting: warming up.");
        var (listTask, _) = await customer.SubmitAsync(json, cancellationToken);
        var listRows = await ExportAsync(listTask, "list.copy", cancellationToken);
        var (fileTask, _) = await customer.SubmitFileAsync(path, cancellationToken);
        var fileRows = await ExportAsync(fileTask, "file.copy", cancellationToken);

        var post = New($"POST /detect/, {list:#,0} numbers");
        var copyList = New($"psql \\copy, {list:#,0} rows");
        var upload = New($"POST /detect/file/, {file:#,0} numbers");
        var copyFile = New($"psql \\copy, {file:#,0} rows");
        var smaller = new List<(int Size, int Times, string Path, Measurement Measurement)>();
        foreach (var (size, times) in SmallerSizes.Where(smaller => smaller.Size < file))
            smaller.Add((size, times, await WriteAsync(size, cancellationToken), New($"POST /detect/file/, {size:#,0} numbers")));
        for (var i = 0; i < UntilOptimised; i++)
            await customer.DeleteAsync((await customer.SubmitFileAsync(smaller[0].Path, cancellationToken)).Task, cancellationToken);
        for (var repetition = 1; repetition <= options.Repetitions; repetition++)
        {
            report.Progress($"Submitting: {repetition} of {options.Repetitions}.");
            await SubmitAsync(post, () => customer.SubmitAsync(json, cancellationToken), backstage.LevelAsync, cancellationToken);
            await CopyAsync(copyList, listRows, list, cancellationToken);
            await UploadAsync(upload, path, cancellationToken);
            await CopyAsync(copyFile, fileRows, file, cancellationToken);
            foreach (var (_, times, lines, measurement) in smaller)
                for (var i = 0; i < times; i++)
                    await SubmitAsync(measurement, () => customer.SubmitFileAsync(lines, cancellationToken), backstage.RestAsync, cancellationToken);
        }

        report.AddTimes(post.Name, post, copyList, 2.0);
        report.AddTimes(upload.Name, upload, copyFile, 2.5);
        AddPeaks(report, $"peak memory, file of {file:#,0}", _uploadPeaks);
        AddPeaks(report, $"peak memory, GET /phone/ of {file:#,0}", _readPeaks);
        AddCosts(report, [.. smaller.Select(smaller => (smaller.Size, smaller.Measurement)), (file, upload)]);
    }

    private async Task<string> WriteAsync(int count, CancellationToken cancellationToken)
    {
        var path = Path.Combine(suite.Folder, $"numbers-{count}.txt");
        await File.WriteAllLinesAsync(path, Numbers.Take(count), cancellationToken);
        return path;
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
        var parts = peaks.Select(peak => $"{peak.Key} {peak.Value / 1e6:0} MB, and {backstage.Processes.Shared(peak.Key) / 1e6:0} MB of programs and libraries");
        report.Add(new Line(what, string.Join("; ", parts), "", $"{most / 1e6:0} MB", $"< {MaxBytes / 1e6:0} MB", most < MaxBytes));
    }

    /// <summary>
    /// The cost per number, which must not rise with their number, and that of each number beyond the next smaller size, which must be
    /// the same for all: what a request costs by itself makes the first fall, and is not in the second.
    /// </summary>
    private static void AddCosts(Report report, IReadOnlyList<(int Size, Measurement Measurement)> sizes)
    {
        var costs = sizes.Select(size => (size.Size, Microseconds: size.Measurement.Median / size.Size * 1e6)).ToArray();
        var further = sizes.Zip(sizes.Skip(1), (less, more) =>
            (more.Size, Microseconds: (more.Measurement.Median - less.Measurement.Median) / (more.Size - less.Size) * 1e6)).ToArray();
        var rise = costs.Zip(costs.Skip(1), (less, more) => more.Microseconds / less.Microseconds).Max();
        report.Add(
            new Line("cost per number, greatest rise to the next size", Listed(costs), "itself", $"{rise:0.00} ×", $"≤ {1 + Flat} ×", rise <= 1 + Flat),
            [.. sizes.Select(size => size.Measurement)]);
        var mean = further.Average(cost => cost.Microseconds);
        var spread = further.Max(cost => Math.Abs(cost.Microseconds / mean - 1));
        report.Add(new Line("cost of each further number", Listed(further), "their mean", $"± {spread:P0}", $"± {Flat:P0}", spread <= Flat));
    }

    private static string Listed(IEnumerable<(int Size, double Microseconds)> costs) =>
        string.Join("; ", costs.Select(cost => $"{cost.Size:#,0}: {cost.Microseconds:0.0} µs"));
}
