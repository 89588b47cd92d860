using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmptyNumber.Contracts;

/// <summary>One element of what was submitted, as it stood there.</summary>
/// <param name="Text">A string's text, or the JSON of anything else, cut at 64 characters.</param>
/// <param name="IsNumber">Whether it is a string or an integer; anything else cannot be a phone number.</param>
public readonly record struct SubmittedNumber(string Text, bool IsNumber);

/// <summary>The list <c>numbers</c> of a request: JSON strings or integers.</summary>
[JsonConverter(typeof(Converter))]
public sealed class SubmittedNumbers : List<SubmittedNumber>
{
    private const int MaxTextLength = 64;

    /// <summary>Far more than a request may have; beyond it the rest is not even read.</summary>
    private const int MaxElements = 1_000_000;

    /// <summary>What cannot be a number is shown in the answer only near the beginning; elsewhere it is passed over unread.</summary>
    private const int MaxShown = 1_000;

    /// <summary>Bad numbers that a refusal lists.</summary>
    private const int MaxInvalidListed = 100;

    /// <summary>The numbers in their national form, in the order in which they were sent; all of them or none.</summary>
    /// <param name="sent">The list, null where the request has none.</param>
    /// <param name="most">How many a request may have.</param>
    /// <param name="numbers">As many as were sent.</param>
    /// <param name="refusal">What is wrong with the list.</param>
    public static bool TryNormalise(
        SubmittedNumbers? sent, int most, [NotNullWhen(true)] out string[]? numbers, [NotNullWhen(false)] out NumbersRefusal? refusal)
    {
        numbers = null;
        List<InvalidNumber> invalid = [];
        refusal = sent switch
        {
            null or [] => new NumbersRefusal("numbers: a list of at least one number", invalid),
            _ when sent.Count > most => new NumbersRefusal($"numbers: at most {most} in one request, {sent.Count} were sent", invalid),
            _ => null,
        };
        if (refusal is not null)
            return false;

        numbers = new string[sent!.Count];
        for (var i = 0; i < sent.Count && invalid.Count < MaxInvalidListed; i++)
        {
            if (sent[i].IsNumber && PhoneNumber.TryNormalise(sent[i].Text, out var number))
                numbers[i] = number;
            else
                invalid.Add(new InvalidNumber(i, sent[i].Text));
        }

        if (invalid.Count == 0)
            return true;
        refusal = new NumbersRefusal("numbers: mobile numbers of mainland China, 1[3-9] and nine more digits", invalid);
        return false;
    }

    private sealed class Converter : JsonConverter<SubmittedNumbers>
    {
        public override SubmittedNumbers Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new JsonException("numbers is not a list");
            var numbers = new SubmittedNumbers();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                numbers.Add(reader.TokenType switch
                {
                    JsonTokenType.String => new SubmittedNumber(Cut(reader.GetString()!), true),
                    JsonTokenType.Number when reader.TryGetInt64(out var number) && number >= 0 => new SubmittedNumber(number.ToString(), true),
                    _ => new SubmittedNumber(numbers.Count < MaxShown ? Cut(JsonElement.ParseValue(ref reader).GetRawText()) : Skip(ref reader), false),
                });
                if (numbers.Count > MaxElements)
                    throw new JsonException($"numbers has more than {MaxElements} elements");
            }

            return numbers;
        }

        public override void Write(Utf8JsonWriter writer, SubmittedNumbers value, JsonSerializerOptions options) => throw new NotSupportedException();

        private static string Skip(ref Utf8JsonReader reader)
        {
            reader.Skip();
            return "";
        }

        private static string Cut(string text) => text.Length <= MaxTextLength ? text : text[..MaxTextLength];
    }
}

/// <summary>Why a list of numbers is refused.</summary>
/// <param name="Message">What is wrong with it, and what is allowed.</param>
/// <param name="Invalid">The first 100 bad numbers; none where the list itself is bad.</param>
public sealed record NumbersRefusal(string Message, IReadOnlyList<InvalidNumber> Invalid)
{
    /// <summary>What stands beside the message in an error: <c>"invalid":[{"index":3,"number":"12"},…]</c>.</summary>
    public IReadOnlyDictionary<string, object?> Details => Invalid is []
        ? new Dictionary<string, object?>()
        : new Dictionary<string, object?> { ["invalid"] = Invalid };
}

/// <summary>A text that is no mobile number.</summary>
/// <param name="Index">Its place in the list, from 0.</param>
/// <param name="Number">As it was sent, cut at 64 characters.</param>
public sealed record InvalidNumber(int Index, string Number);
