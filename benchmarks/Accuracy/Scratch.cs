namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>A folder for what is made meanwhile, deleted afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("emptynumber-bench-");

    /// <summary>A folder within it that is not there yet.</summary>
    public string Folder(string name) => Path.Combine(_root.FullName, name);

    public void Dispose() => _root.Delete(recursive: true);
}
