namespace EmptyNumber.Listings.Model;

/// <summary>The check of an agent's telephone by number detection (空号检测); stored with the telephone, worked off by <see cref="TelChecker"/>.</summary>
internal sealed class TelCheck
{
    public int AgentId { get; init; }

    /// <summary>The telephone that is checked.</summary>
    public required string Tel { get; set; }

    /// <summary>One check's own: a request that is sent again makes no second task.</summary>
    public Guid Key { get; set; }

    /// <summary>Detection's task, once it is known.</summary>
    public long? TaskId { get; set; }

    /// <summary>The state of the number, as Detection's <c>GET /states/</c> lists them; null until it is final, and for what is no number.</summary>
    public int? State { get; set; }

    /// <summary>When to work on it next, UTC; null when there is nothing more to do.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>How often Detection was asked without an end; pauses grow with it.</summary>
    public int Asked { get; set; }
}
