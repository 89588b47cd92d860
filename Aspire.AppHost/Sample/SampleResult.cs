using Spectre.Console;

namespace EmptyNumber.AppHost.Sample;

/// <summary>What was found out about one number.</summary>
internal sealed record SampleResult(Record Record, RecordDetail Detail)
{
    public int ExpectedState => SandboxNumbers.ExpectedState(Record.Number);

    public bool IsRight => Record.State == ExpectedState;

    /// <summary>The evidence of the last call: the announcement, else the tone, else why there is neither.</summary>
    public string Heard => Detail.Attempts is [.., var last]
        ? last.Announcement?.Text ?? last.Tone ?? last.Failure ?? "nothing that tells"
        : "not dialled";

    public static Table Table(IEnumerable<SampleResult> results)
    {
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumns("Number", "Carrier", "State", "Confidence", "Heard");
        table.Columns[3].RightAligned();
        foreach (var result in results)
            table.AddRow(
                new Text(result.Record.Number),
                new Text(result.Record.Carrier),
                new Text($"{result.Record.State} {result.Detail.StateText}", result.IsRight ? Style.Plain : new Style(Color.Red)),
                new Text($"{result.Detail.Confidence:P0}"),
                new Text(result.Detail.Attempts.Count > 1 ? $"{result.Heard} ({result.Detail.Attempts.Count} calls)" : result.Heard));
        return table;
    }
}
