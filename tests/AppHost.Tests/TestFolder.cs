namespace EmptyNumber.AppHost.Tests;

/// <summary>A folder of a test's own, which any user may enter as the PostgreSQL user must.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"apphost-tests-{Guid.NewGuid():n}");

    public string this[string name] => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
