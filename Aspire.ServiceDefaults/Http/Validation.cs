using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.ServiceDefaults.Http;

/// <summary>What a request brings: a body, or the parameters of a query. Its attributes are checked before the endpoint sees it.</summary>
public interface IInput;

/// <summary>Refuses what is against the attributes of an <see cref="IInput"/>, and names each field.</summary>
public static class Validation
{
    /// <summary>The filter of a group of endpoints.</summary>
    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var problems = context.Arguments.OfType<IInput>().SelectMany(Problems).ToDictionary(problem => problem.Field, problem => (object?)problem.Text);
        return problems.Count == 0 ? await next(context) : Refuse(problems);
    }

    /// <summary>400: one field is wrong.</summary>
    public static ApiError Refuse(string field, string problem) => Refuse(new Dictionary<string, object?> { [field] = problem });

    /// <summary><c>{"detail":"name: …","fields":{"name":"…"}}</c>.</summary>
    private static ApiError Refuse(Dictionary<string, object?> problems) =>
        ApiError.BadRequest(string.Join(' ', problems.Select(problem => $"{problem.Key}: {problem.Value}"))) with
        {
            Details = new Dictionary<string, object?> { ["fields"] = problems },
        };

    private static IEnumerable<(string Field, string Text)> Problems(IInput input)
    {
        foreach (var property in input.GetType().GetProperties().Where(property => property.CanRead))
        {
            var field = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var problems = new List<ValidationResult>();
            var context = new ValidationContext(input) { MemberName = property.Name, DisplayName = field };
            if (!Validator.TryValidateValue(property.GetValue(input), context, problems, property.GetCustomAttributes<ValidationAttribute>()))
                yield return (field, problems[0].ErrorMessage!);
        }
    }
}

/// <summary>Text that can be kept: at most so many characters, no NUL, no half characters.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextAttribute(int maxLength) : ValidationAttribute($"At most {maxLength} characters, no NUL and no lone surrogates.")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is not string text || Text.IsStorable(text, maxLength);
}
