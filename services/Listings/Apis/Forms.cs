using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmptyNumber.Listings.Apis;

/// <summary>A division, by its GB/T 2260 code.</summary>
internal sealed record DistrictBrief(int Distid, string Name);

/// <summary>An estate, where something else is told of.</summary>
internal sealed record EstateBrief(int Estateid, string Name, int Hot);

/// <summary>An agent, where something else is told of.</summary>
internal sealed record AgentBrief(int Agentid, string Name, string Tel, int Servstar);

/// <summary>Reads yes and no as JSON has them, and as the API's document writes them: 1 and 0.</summary>
internal sealed class FlagConverter : JsonConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Number when reader.TryGetInt32(out var flag) && flag is 0 or 1 => flag == 1,
        JsonTokenType.String when reader.GetString() is "0" or "1" => reader.ValueTextEquals("1"u8),
        _ => throw new JsonException("Expected 0, 1, false or true."),
    };

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}
