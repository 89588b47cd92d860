namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>Settings of the local engine.</summary>
internal sealed class EngineOptions
{
    public const string Section = "LocalEngine";

    /// <summary>Holds all that the servers keep, the logs, and the list of what runs. Default: <c>.data</c> in the working folder.</summary>
    public string DataFolder { get; set; } = ".data";

    /// <summary>Shows every line that a child writes, instead of warnings and errors only.</summary>
    public bool Verbose { get; set; }
}
