namespace EmptyNumber.Listings.Model;

/// <summary>An estate agent (房地产经理人).</summary>
internal sealed class Agent
{
    public const int MaxStars = 5;

    private string _tel = "";

    public int Id { get; init; }

    public string Name { get; set; } = "";

    /// <summary>The telephone as it was typed; it need not be a number that can be called.</summary>
    public string Tel
    {
        get => _tel;
        init => _tel = value;
    }

    /// <summary>The check of the telephone; null before there is one.</summary>
    public TelCheck? TelCheck { get; private set; }

    /// <summary>Stars for service, 0 to 5.</summary>
    public int Servstar { get; set; }

    /// <summary>Stars for truth of the offers, 0 to 5.</summary>
    public int Realstar { get; set; }

    /// <summary>Stars for expertise, 0 to 5.</summary>
    public int Profstar { get; set; }

    /// <summary>Whether the agent has the licence of the trade (持证上岗).</summary>
    public bool Certificated { get; set; }

    /// <summary>The estates that the agent serves.</summary>
    public List<AgentEstate> Estates { get; set; } = [];

    /// <summary>Sets the telephone; another one than before is to be checked.</summary>
    public void SetTel(string tel, DateTimeOffset now)
    {
        if (tel == _tel)
            return;
        _tel = tel;
        TelCheck ??= new TelCheck { Tel = tel };
        TelCheck.Tel = tel;
        TelCheck.Key = Guid.NewGuid();
        TelCheck.TaskId = null;
        TelCheck.State = null;
        TelCheck.Asked = 0;
        TelCheck.DueAt = now;
    }
}

/// <summary>An agent serves an estate.</summary>
internal sealed class AgentEstate
{
    public int AgentId { get; init; }

    public Agent Agent { get; init; } = null!;

    public int EstateId { get; init; }

    public Estate Estate { get; init; } = null!;
}
